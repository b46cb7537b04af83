//! The server: combines routes, state and middleware, runs the worker, and shuts down gracefully.

use std::net::SocketAddr;
use std::time::Duration;

use actix_cors::Cors;
use actix_web::dev::ServerHandle;
use actix_web::http::Method;
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{self, Data, PathConfig};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use chot_application::{Engine, Error, worker};
use chot_domain::identity::{Actor, UserId};
use chot_domain::shared::{Key, Violations, member_pointer};
use chot_persistence::timers;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tracing_actix_web::TracingLogger;
use utoipa_swagger_ui::SwaggerUi;

use crate::config::{ServerSettings, Switch};
use crate::deliveries;
use crate::log::RequestLog;
use crate::routes;
use crate::web::authentication::Authentication;
use crate::web::known_addresses::KnownAddresses;
use crate::web::middleware;
use crate::web::openapi;
use crate::web::problem::{self, ApiError};
use crate::web::rate_limits::RateLimits;
use crate::web::route_table::{Pages, RouteTable};
use crate::web::shutdown::{Shutdown, end_in_time, wait_for_stop_signal};
use crate::web::state::State;

/// A running server.
pub struct Running {
    /// The address on which it listens.
    pub address: SocketAddr,
    /// The separate address of the metrics, if there is one.
    pub metrics_address: Option<SocketAddr>,
    metrics_handle: Option<ServerHandle>,
    handle: ServerHandle,
    server: JoinHandle<std::io::Result<()>>,
    worker: Option<JoinHandle<()>>,
    stop_worker: watch::Sender<bool>,
    shutdown: Shutdown,
    engine: Engine,
}

/// Starts a server and, unless it is disabled, a worker.
///
/// # Errors
/// If the address is in use or the deployment is not set up.
pub async fn start(engine: Engine, settings: &ServerSettings) -> Result<Running, Box<dyn std::error::Error>> {
    let pages = Pages { docs: settings.docs == Switch::On, metrics: settings.metrics_listen.is_none() };
    let known = RouteTable::of(&serde_json::from_str(openapi::PUBLISHED)?, pages);
    let state = State {
        engine: engine.clone(),
        authentication: Authentication::load(&engine).await.map_err(as_io)?,
        rate_limits: if settings.rate_limits == Switch::On { RateLimits::on(engine.clock.clone()) } else { RateLimits::off() },
        known_addresses: KnownAddresses::new(),
        trusted_proxies: settings.trusted_proxies.as_slice().into(),
        metrics: metrics(),
        known_paths: known.clone(),
        shutdown: Shutdown::default(),
    };
    let shutdown = state.shutdown.clone();
    let (origins, rate_limits, is_demo) = (settings.allowed_origins.clone(), state.rate_limits.clone(), settings.run.demo);
    let metrics_server = settings.metrics_listen.map(|listen| serve_metrics(state.clone(), listen)).transpose()?;
    let (metrics_address, metrics_handle) = metrics_server.unzip();
    let mut server = HttpServer::new(move || {
        App::new()
            .app_data(Data::new(state.clone()))
            .app_data(
                PathConfig::default().error_handler(|_, request| ApiError::from(path_faults(request)).in_parameters().into()),
            )
            .service(web::scope("/api/v1").configure(routes::api))
            .configure(routes::outside)
            .service(problem::page)
            .configure(|config| serve_pages(config, pages))
            .default_service(known.clone().service())
            .wrap(from_fn(middleware::middleware))
            .wrap(cors(&origins, is_demo))
            .wrap(Compress::default())
            .wrap(TracingLogger::<RequestLog>::new())
    })
    // `Running::until_stopped` waits for signals, because it first informs the clients.
    .disable_signals()
    // `Shutdown::stop` has already waited for the running requests.
    .shutdown_timeout(1)
    .client_request_timeout(Duration::from_secs(10))
    .keep_alive(Duration::from_secs(75));
    if let Some(workers) = settings.workers {
        server = server.workers(workers);
    }
    let server = server.bind(settings.listen).map_err(|error| not_listening(settings.listen, &error))?;
    let address = server.addrs().first().copied().unwrap_or(settings.listen);
    let server = server.run();
    actix_web::rt::spawn(run_maintenance(rate_limits, metrics()));
    let (stop_worker, stop) = watch::channel(false);
    let worker = (!settings.no_worker).then(|| actix_web::rt::spawn(worker::run(engine.clone(), stop)));
    let handle = server.handle();
    let server = tokio::spawn(server);
    Ok(Running { address, metrics_address, metrics_handle, handle, server, worker, stop_worker, shutdown, engine })
}

fn not_listening(address: SocketAddr, error: &std::io::Error) -> String {
    format!("cannot listen on {address}: {error}; give another address with --listen or CHOT_LISTEN")
}

/// Serves the document, Swagger UI and the metrics, as configured.
fn serve_pages(config: &mut web::ServiceConfig, pages: Pages) {
    if pages.docs {
        config
            .route("/openapi.json", web::get().to(published))
            .service(web::redirect("/", "/docs/"))
            .service(web::redirect("/docs", "/docs/"))
            .route("/docs/swagger-initializer.js", web::get().to(swagger_initializer))
            .service(SwaggerUi::new("/docs/{_:.*}"));
    }
    if pages.metrics {
        config.route("/metrics", web::get().to(measured));
    }
}

/// Serves only the metrics, at a separate address.
fn serve_metrics(state: State, listen: SocketAddr) -> std::io::Result<(SocketAddr, ServerHandle)> {
    let app = move || App::new().app_data(Data::new(state.clone())).route("/metrics", web::get().to(measured));
    let server = HttpServer::new(app).workers(1).disable_signals().bind(listen)?;
    let address = server.addrs().first().copied().unwrap_or(listen);
    let server = server.run();
    let handle = server.handle();
    tokio::spawn(server);
    Ok((address, handle))
}

/// Removes old data of the rate limits and of the metrics, to limit memory.
async fn run_maintenance(rate_limits: RateLimits, metrics: PrometheusHandle) {
    loop {
        tokio::time::sleep(Duration::from_secs(60)).await;
        rate_limits.forget_idle();
        metrics.run_upkeep();
    }
}

impl Running {
    /// Waits for a signal to stop the server, and then for the running requests.
    ///
    /// # Errors
    /// If the server failed.
    pub async fn until_stopped(mut self) -> std::io::Result<()> {
        let ended = tokio::select! {
            ended = &mut self.server => ended,
            signal = wait_for_stop_signal() => {
                signal?;
                let _ = self.stop_worker.send(true);
                self.shutdown.stop(&self.handle).await;
                self.server.await
            }
        };
        let ended = ended.map_err(std::io::Error::other)?;
        if let Some(metrics) = self.metrics_handle {
            metrics.stop(false).await;
        }
        let _ = self.stop_worker.send(true);
        end_in_time(self.worker, self.engine.db).await;
        ended
    }

    /// Stops the server: gracefully after the running requests, or at once.
    pub async fn stop(self, in_good_order: bool) {
        self.handle.stop(in_good_order).await;
        let _ = self.until_stopped().await;
    }
}

fn as_io(error: Error) -> std::io::Error {
    std::io::Error::other(error.to_string())
}

/// One recorder for the process, even with several servers.
fn metrics() -> PrometheusHandle {
    static RECORDER: std::sync::OnceLock<PrometheusHandle> = std::sync::OnceLock::new();
    let install = || {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        let _ = metrics::set_global_recorder(recorder);
        handle
    };
    RECORDER.get_or_init(install).clone()
}

async fn published() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(openapi::PUBLISHED)
}

/// Counts the backlog on each request, so that the metrics are correct even if no worker is running.
async fn measured(state: Data<State>) -> HttpResponse {
    let now = state.engine.clock.now();
    if let Ok(backlog) = timers::backlog(&state.engine.db, &Actor::system(), now).await {
        let age = backlog.oldest_due_at.and_then(|oldest| (now - oldest).to_std().ok()).unwrap_or_default();
        metrics::gauge!("chot_timers_oldest_due_seconds").set(age);
        for (state, count) in [("due", backlog.due), ("waiting", backlog.waiting), ("failed", backlog.failed)] {
            metrics::gauge!("chot_timers", "state" => state).set(u32::try_from(count).unwrap_or(u32::MAX));
        }
    }
    if let Err(error) = deliveries::measure(&state.engine).await {
        tracing::warn!(%error, "the deliveries could not be counted");
    }
    HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(state.metrics.render())
}

/// The configuration of Swagger UI. A separate file, because the page must not run inline scripts.
async fn swagger_initializer() -> HttpResponse {
    HttpResponse::Ok().content_type("text/javascript; charset=utf-8").body(include_str!("swagger/initializer.js"))
}

/// Only pages of the configured origins may call the API. Pages of this machine may call a demo.
fn cors(origins: &[String], is_demo: bool) -> Cors {
    let cors = Cors::default()
        .allowed_methods([Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allowed_headers([
            "authorization",
            "content-type",
            "if-match",
            "if-none-match",
            "if-range",
            "range",
            "idempotency-key",
            "accept-language",
            "x-request-id",
        ])
        .expose_headers([
            "accept-ranges",
            "content-disposition",
            "content-range",
            "etag",
            "location",
            "link",
            "retry-after",
            "ratelimit",
            "ratelimit-policy",
            "idempotency-replayed",
            "x-request-id",
        ])
        .max_age(600);
    let cors = origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin));
    match is_demo {
        true => cors.allowed_origin_fn(|origin, _| origin.to_str().is_ok_and(is_of_this_machine)),
        false => cors,
    }
}

/// `http://localhost` or `http://127.0.0.1`, with any port.
fn is_of_this_machine(origin: &str) -> bool {
    let host = origin.strip_prefix("http://").map(|rest| rest.split_once(':').map_or(rest, |(host, _)| host));
    matches!(host, Some("localhost" | "127.0.0.1"))
}

/// What is wrong with each parameter of a path: identifiers end in `_id`, all others are keys.
fn path_faults(request: &HttpRequest) -> Violations {
    let mut faults = Violations::default();
    for (name, value) in request.match_info().iter() {
        let is_id = name.ends_with("_id");
        if is_id && value.parse::<UserId>().is_err() {
            faults.add(&member_pointer(name), "invalid_id");
        }
        if !is_id && Key::parse(value).is_err() {
            faults.add(&member_pointer(name), "invalid_key");
        }
    }
    faults
}
