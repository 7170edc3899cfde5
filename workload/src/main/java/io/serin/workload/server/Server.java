// SPDX-License-Identifier: Apache-2.0
package io.serin.workload.server;

import com.sun.net.httpserver.HttpServer;
import io.serin.workload.dns.DnsCache;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;

/**
 * Answers every request with its name, its version and what it was asked.
 *
 * <p>Told to stop, it goes on for a second, for whoever has not heard yet that it leaves, asks each
 * client to let go of its connection, finishes what is in flight, and exits with 0.
 */
public final class Server implements AutoCloseable {

    private static final long LINGER_MILLIS = 1_000;

    /** The longest request that there is; a pod's grace period may end it sooner. */
    private static final int FINISH_SECONDS = 60;

    private final HttpServer http;
    private final Answering answering;

    private Server(HttpServer http, Answering answering) {
        this.http = http;
        this.answering = answering;
    }

    public static void main(String[] args) throws IOException {
        // Else each answer waits for the client's delayed ACK of its head: 40 ms.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        // Neither should it part with a connection that a proxy keeps for the next request.
        System.setProperty("sun.net.httpserver.maxIdleConnections", "1000");
        System.setProperty("sun.net.httpserver.idleInterval", "300");
        DnsCache.outlastOutages();
        ServerSettings settings;
        try {
            settings = ServerSettings.read(args, System.getenv());
        } catch (IllegalArgumentException e) {
            System.err.println("server: " + e.getMessage());
            System.exit(2);
            return;
        }
        Server server = start(settings);
        System.out.println(settings.mark() + " listens on port " + server.port());
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(server::stop));
    }

    static Server start(ServerSettings settings) throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(settings.port()), 1024);
        Answering answering = new Answering(settings, settings.upstream().map(Upstream::new));
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/", answering);
        http.start();
        return new Server(http, answering);
    }

    int port() {
        return http.getAddress().getPort();
    }

    /** Stops taking requests and waits for those in flight. */
    @Override
    public void close() {
        http.stop(FINISH_SECONDS);
    }

    /** From now on each answer asks for its connection to be closed. */
    void retire() {
        answering.retire();
    }

    private void stop() {
        retire();
        try {
            Thread.sleep(LINGER_MILLIS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        close();
        // A JVM that a signal ended says 143 otherwise.
        Runtime.getRuntime().halt(0);
    }
}
