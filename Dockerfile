# Gakumon in production: no build step, so the image is the checkout with its dependencies.
#
#   docker build -t gakumon .
#   docker run --rm -it -v ./site:/site gakumon init --dir /site
#   docker run -d --name gakumon -p 127.0.0.1:8080:8080 -v ./site:/site gakumon
#   docker exec gakumon node bin/gakumon.mjs check
#
# /site holds gakumon.yaml, the documents, the keys and the database; it must belong to user 1000. In gakumon.yaml say
# `listen: { host: 0.0.0.0 }`, and name the reverse proxy that ends TLS in front of it under `trustedProxies`.
# Secrets may also come from files elsewhere or from the environment: `keys: { sealing: { file: /run/secrets/sealing } }`.
FROM node:24-slim

ENV NODE_ENV=production \
    NODE_COMPILE_CACHE=/tmp/node-compile-cache \
    GAKUMON_CONFIG=/site/gakumon.yaml
WORKDIR /app

# The manifests first: a change of our own code does not install everything anew.
COPY package.json package-lock.json .npmrc* ./
COPY packages/assembly/package.json packages/assembly/
COPY packages/attributes/package.json packages/attributes/
COPY packages/certificates/package.json packages/certificates/
COPY packages/cli/package.json packages/cli/
COPY packages/config/package.json packages/config/
COPY packages/demo-sp/package.json packages/demo-sp/
COPY packages/directory/package.json packages/directory/
COPY packages/files/package.json packages/files/
COPY packages/idp/package.json packages/idp/
COPY packages/metadata/package.json packages/metadata/
COPY packages/mfa/package.json packages/mfa/
COPY packages/saml/package.json packages/saml/
COPY packages/server/package.json packages/server/
COPY packages/stores/package.json packages/stores/
COPY packages/terms/package.json packages/terms/
COPY packages/testkit/package.json packages/testkit/
# What only tests and the demonstration need stays out. Not `npm ci`: the lock file need not know the optional binaries of
# this platform.
RUN npm pkg delete dependencies --workspace @gakumon/testkit --workspace @gakumon/demo-sp \
 && npm install --omit=dev \
 && npm cache clean --force

COPY bin bin
COPY packages packages

RUN mkdir /site && chown node:node /site
VOLUME /site
USER node
EXPOSE 8080

HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.GAKUMON_PORT || 8080}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]

# The flag is here so that no second process is needed to set it: it keeps a node's memory small at the same speed.
ENTRYPOINT ["node", "--max-semi-space-size=8", "bin/gakumon.mjs"]
CMD ["serve"]
