// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.probe;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.local.node.process.ContainerProcess;
import io.serin.local.node.spec.ConfigFailure;
import io.serin.local.node.spec.Containers;
import java.util.List;
import java.util.Map;

/** The check that a probe or a lifecycle hook asks for. */
public final class Checks {

    private Checks() {}

    /**
     * @param handler with {@code httpGet}, {@code tcpSocket} or {@code exec}
     * @param address of the pod
     * @throws ConfigFailure when it is none of these, or names a port that the container has not
     */
    public static Check of(
            JsonNode handler, JsonNode container, String address, ContainerProcess process) {
        if (handler.has("httpGet")) {
            JsonNode get = handler.path("httpGet");
            String path = get.path("path").asText("/");
            List<Map.Entry<String, String>> headers =
                    get.path("httpHeaders")
                            .valueStream()
                            .map(header ->
                                    Map.entry(
                                            header.path("name").asText(),
                                            header.path("value").asText()))
                            .toList();
            return new HttpGet(
                    get.path("host").asText(address),
                    Containers.port(container, get.path("port")),
                    path.startsWith("/") ? path : "/" + path,
                    get.path("scheme").asText("HTTP").equalsIgnoreCase("HTTPS"),
                    headers);
        }
        if (handler.has("tcpSocket")) {
            JsonNode socket = handler.path("tcpSocket");
            return new TcpSocket(
                    socket.path("host").asText(address),
                    Containers.port(container, socket.path("port")));
        }
        if (handler.has("exec")) {
            List<String> command =
                    handler.path("exec")
                            .path("command")
                            .valueStream()
                            .map(JsonNode::asText)
                            .toList();
            if (command.isEmpty()) {
                throw new ConfigFailure("exec.command: empty (expected: a program)");
            }
            return new Exec(process, command);
        }
        throw new ConfigFailure(handler + " (expected: httpGet, tcpSocket or exec)");
    }
}
