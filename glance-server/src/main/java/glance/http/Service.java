package glance.http;

import java.util.concurrent.ThreadFactory;

/**
 * What every connection of one server shares.
 *
 * @param threads makes the virtual threads requests run on
 */
record Service(
        HttpServerConfig config,
        Handler handler,
        ExchangeObserver observer,
        Connections connections,
        ThreadFactory threads) {
    HttpServerConfig.Limits limits() {
        return config.limits();
    }
}
