# The package with all that it needs, built from this checkout. At run time it needs no network:
#   docker build -t interpbench .
#   docker run --rm --network none -v "$PWD/results:/data/results" interpbench demo

FROM node:22-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:22-slim
ENV NODE_ENV=production HF_HUB_OFFLINE=1 HF_HOME=/data/hub
WORKDIR /app
COPY --from=build /build/package.json /build/README.md /build/LICENSE /build/CHANGELOG.md ./
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY --from=build /build/models ./models
COPY --from=build /build/docs ./docs
COPY --from=build /build/examples ./examples
RUN mkdir -p /data/results /data/hub && chown -R node:node /data
USER node
WORKDIR /data
VOLUME ["/data/results", "/data/hub"]
ENTRYPOINT ["node", "/app/dist/cli/main.js"]
CMD ["--help"]
