FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo build --profile dist --locked --bin chot

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --home-dir /data --create-home chot
# One binary: TLS roots, migrations, playbooks and the API's pages are inside.
COPY --from=build /src/target/dist/chot /usr/local/bin/chot
USER chot
ENV CHOT_LISTEN=0.0.0.0:8080 \
    CHOT_DATABASE_URL=sqlite:///data/chot.db \
    CHOT_SECRET_KEY_FILE=/data/secret.key \
    CHOT_ATTACHMENTS=/data/attachments
VOLUME /data
EXPOSE 8080
# No HEALTHCHECK: the image carries no HTTP client, and what runs it asks GET /health/ready itself.
ENTRYPOINT ["chot"]
CMD ["serve"]
