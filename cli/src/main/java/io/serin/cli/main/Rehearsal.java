// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.main;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.serin.cli.command.SerinCommand;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What fills the AOT cache of the command line with the classes of commands that talk to a cluster.
 * The cluster is this process: it takes whatever is applied, and whatever is asked for is there and
 * empty.
 */
final class Rehearsal {

    private static final byte[] NOTHING =
            """
            {"kind":"List","apiVersion":"v1","metadata":
             {"labels":{"istio.io/rev":"rehearsal","app.kubernetes.io/managed-by":"serin"}},"items":[]}
            """
                    .getBytes(StandardCharsets.UTF_8);

    private Rehearsal() {}

    static void run() throws IOException {
        RehearsalKey key = RehearsalKey.make();
        HttpsServer server =
                HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(key.context()));
        server.createContext("/", Rehearsal::answer);
        server.start();
        Path kubeconfig = Files.createTempFile("serin-rehearsal", ".kubeconfig");
        try {
            Files.writeString(kubeconfig, kubeconfig(server.getAddress().getPort(), key));
            var _ = SerinCommand.run("--help");
            var _ = SerinCommand.run("revision", "list", "--kubeconfig", kubeconfig.toString());
            var _ = SerinCommand.run("check", "--kubeconfig", kubeconfig.toString());
            var _ =
                    SerinCommand.run(
                            "install",
                            "--revision",
                            "rehearsal",
                            "--timeout",
                            "1",
                            "--kubeconfig",
                            kubeconfig.toString());
        } finally {
            Files.delete(kubeconfig);
            server.stop(0);
        }
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            byte[] reply = exchange.getRequestMethod().equals("PATCH") ? body : NOTHING;
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, reply.length);
            exchange.getResponseBody().write(reply);
        }
    }

    private static String kubeconfig(int port, RehearsalKey key) {
        return """
        apiVersion: v1
        kind: Config
        clusters:
          - name: c
            cluster: {server: "https://127.0.0.1:%d", certificate-authority-data: %s}
        users: [{name: u, user: {token: t}}]
        contexts: [{name: x, context: {cluster: c, user: u}}]
        current-context: x
        """
                .formatted(port, key.certificate());
    }
}
