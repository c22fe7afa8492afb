package glance.http;

/** What every connection of one server shares. */
record Service(HttpServerConfig config, Handler handler, ExchangeObserver observer, Connections connections) {
    HttpServerConfig.Limits limits() {
        return config.limits();
    }
}
