// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ApiFault;
import io.serin.local.api.PodAccess;
import io.serin.local.api.Resources;
import io.serin.local.forward.ChannelForward;
import io.serin.local.forward.PodPorts;
import io.serin.local.forward.SpdyForward;
import io.serin.local.resource.Catalog;
import io.serin.local.resource.Faults;
import io.serin.local.resource.Kind;
import io.serin.local.resource.NotServed;
import io.serin.local.verb.Endings;
import io.serin.local.verb.Verbs;
import io.vertx.core.Future;
import io.vertx.core.http.ServerWebSocket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From the path of a resource to who answers for it. */
final class Routes {

    private static final Logger LOG = LoggerFactory.getLogger(Routes.class);

    private final Catalog catalog;
    private final Verbs verbs;
    private final Endings endings;
    private final ResourceRequests resources;
    private final ScaleRequests scales;
    private final TokenRequests tokens;
    private final PodAccess pods;
    private final PodLogs logs;
    private final PodProxy proxy;
    private final Executor threads;

    Routes(
            Catalog catalog,
            Verbs verbs,
            Endings endings,
            ResourceRequests resources,
            ScaleRequests scales,
            TokenRequests tokens,
            PodAccess pods,
            PodProxy proxy,
            Executor threads) {
        this.catalog = catalog;
        this.verbs = verbs;
        this.endings = endings;
        this.resources = resources;
        this.scales = scales;
        this.tokens = tokens;
        this.pods = pods;
        this.logs = new PodLogs(pods);
        this.proxy = proxy;
        this.threads = threads;
    }

    void answer(Exchange exchange, RequestPath path) throws IOException {
        Kind kind = kind(exchange, path);
        if (kind.resource().namespaced() && !path.name().isEmpty() && path.namespace().isEmpty()) {
            throw Faults.notFoundPath(exchange.path());
        }
        String subresource = path.subresource();
        if (subresource.isEmpty() || (subresource.equals("status") && kind.hasStatus())) {
            resources.answer(exchange, kind, path);
        } else if (subresource.equals("scale") && kind.subresources().contains("scale")) {
            scales.answer(exchange, kind, path);
        } else if (kind.is(Resources.SERVICE_ACCOUNTS) && subresource.equals("token")) {
            tokens.answer(exchange, kind, path);
        } else if (kind.is(Resources.NAMESPACES) && subresource.equals("finalize")) {
            resources.answer(exchange, kind, path);
        } else if (kind.is(Resources.PODS)) {
            pod(exchange, kind, path);
        } else {
            throw unknown(exchange, kind, subresource);
        }
    }

    private Kind kind(Exchange exchange, RequestPath path) {
        return catalog.find(path.group(), path.version(), path.plural())
                .orElseThrow(() ->
                        NotServed.message(path.group(), path.plural())
                                .map(message -> ApiFault.of(404, "NotFound", message))
                                .orElseGet(() -> Faults.notFoundPath(exchange.path())));
    }

    private static ApiFault unknown(Exchange exchange, Kind kind, String subresource) {
        List<String> refused =
                List.of("attach", "ephemeralcontainers", "resize", "proxy", "approval");
        return refused.contains(subresource)
                ? ApiFault.of(
                        404,
                        "NotFound",
                        "local-cluster does not do "
                                + kind.resource().plural()
                                + "/"
                                + subresource
                                + "; use --cluster kind")
                : Faults.notFoundPath(exchange.path());
    }

    private void pod(Exchange exchange, Kind kind, RequestPath path) throws IOException {
        switch (path.subresource()) {
            case "log" -> logs.answer(exchange, kind, pod(kind, path, path.name()), path);
            case "proxy" -> {
                PodProxy.Target target = PodProxy.Target.parse(path.name());
                ObjectNode found = pod(kind, path, target.pod());
                if (found.at("/status/podIP").asText("").isEmpty()) {
                    throw ApiFault.of(
                            503,
                            "ServiceUnavailable",
                            "address not allowed: pod " + target.pod() + " has no address yet");
                }
                proxy.answer(exchange, path, target);
            }
            case "eviction" -> evict(exchange, kind, path);
            case "binding" -> bind(exchange, kind, path);
            case "exec", "portforward" -> throw noStream(exchange, kind, path);
            default -> throw unknown(exchange, kind, path.subresource());
        }
    }

    /** What was asked for over SPDY, or over nothing that carries a stream. */
    private ApiFault noStream(Exchange exchange, Kind kind, RequestPath path) {
        ObjectNode pod = pod(kind, path, path.name());
        if (path.subresource().equals("exec")) {
            Containers.choose(kind, pod, exchange.parameter("container").orElse(""));
        }
        return Faults.badRequest(
                path.subresource()
                        + ": Upgrade request required: local-cluster speaks WebSocket"
                        + " (v5.channel.k8s.io, v4.channel.k8s.io, for ports also "
                        + SpdyForward.PROTOCOL
                        + "), not SPDY alone (expected: kubectl >= 1.31, without"
                        + " KUBECTL_PORT_FORWARD_WEBSOCKETS=false; or use --cluster kind)");
    }

    private ObjectNode pod(Kind kind, RequestPath path, String name) {
        return verbs.get(kind, path.namespace(), name)
                .orElseThrow(() -> Faults.notFound(kind, name));
    }

    private void evict(Exchange exchange, Kind kind, RequestPath path) {
        if (!exchange.method().equals("POST")) {
            throw Faults.methodNotAllowed();
        }
        JsonNode eviction = exchange.object();
        ResourceRequests.Options options =
                ResourceRequests.Options.of(exchange, kind, eviction.path("deleteOptions"));
        Endings.Ended ended =
                endings.delete(
                        kind,
                        path.namespace(),
                        path.name(),
                        options.options(),
                        options.preconditions(),
                        options.call(exchange));
        LOG.debug("evicted pod={} gone={}", path.name(), ended.gone());
        exchange.answer(201, success());
    }

    private void bind(Exchange exchange, Kind kind, RequestPath path) {
        if (!exchange.method().equals("POST")) {
            throw Faults.methodNotAllowed();
        }
        String node = exchange.object().path("target").path("name").asText("");
        ObjectNode bound =
                verbs.update(
                        kind,
                        path.namespace(),
                        path.name(),
                        "",
                        new Verbs.Edit(
                                live -> {
                                    if (live.path("spec").has("nodeName")) {
                                        throw Faults.conflict(
                                                kind,
                                                path.name(),
                                                "pod "
                                                        + path.name()
                                                        + " is already assigned to node \""
                                                        + live.at("/spec/nodeName").asText()
                                                        + "\"");
                                    }
                                    ObjectNode next = live.deepCopy();
                                    next.withObjectProperty("spec").put("nodeName", node);
                                    return next;
                                },
                                false),
                        exchange.call());
        LOG.debug("bound pod={} node={}", bound.at("/metadata/name").asText(), node);
        exchange.answer(201, success());
    }

    private static ObjectNode success() {
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        status.put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        return status.put("status", "Success").put("code", 201);
    }

    /** A WebSocket is asked for. On the connection's event loop. */
    void upgrade(Exchange exchange) {
        try {
            RequestPath path =
                    RequestPath.parse(exchange.path())
                            .orElseThrow(() -> Faults.notFoundPath(exchange.path()));
            Kind kind = kind(exchange, path);
            if (exchange.flag("watch") && path.subresource().isEmpty()) {
                resources.watch(exchange, kind, path);
                return;
            }
            if (!kind.is(Resources.PODS)
                    || !List.of("exec", "portforward").contains(path.subresource())) {
                throw Faults.badRequest(
                        "no WebSocket at "
                                + exchange.path()
                                + " (expected: watch, exec, portforward)");
            }
            ObjectNode pod = pod(kind, path, path.name());
            if (path.subresource().equals("exec")) {
                exec(exchange, kind, path, pod);
            } else {
                forward(exchange, path);
            }
        } catch (ApiFault fault) {
            exchange.fault(fault);
        }
    }

    private void exec(Exchange exchange, Kind kind, RequestPath path, ObjectNode pod) {
        String container = Containers.choose(kind, pod, exchange.parameter("container").orElse(""));
        List<String> command = exchange.parameters("command");
        if (command.isEmpty()) {
            throw Faults.badRequest("you must specify at least 1 command for the container");
        }
        if (protocols(exchange).contains(SpdyForward.PROTOCOL)) {
            throw Faults.badRequest(
                    "exec: "
                            + SpdyForward.PROTOCOL
                            + " is for portforward (expected: v5.channel.k8s.io or"
                            + " v4.channel.k8s.io)");
        }
        boolean stdin = exchange.flag("stdin");
        boolean tty = exchange.flag("tty");
        opened(
                exchange.request().toWebSocket(),
                socket -> {
                    ExecStream stream = new ExecStream(socket, threads);
                    threads.execute(() ->
                            stream.run(
                                    () ->
                                            pods.exec(
                                                    path.namespace(),
                                                    path.name(),
                                                    container,
                                                    command,
                                                    stdin,
                                                    tty),
                                    stdin));
                });
    }

    private void forward(Exchange exchange, RequestPath path) {
        List<Integer> ports = ports(exchange);
        if (ports.isEmpty() && !protocols(exchange).contains(SpdyForward.PROTOCOL)) {
            throw Faults.badRequest("query parameter \"ports\" is required");
        }
        PodPorts pod =
                new PodPorts(
                        path.namespace() + "/" + path.name(),
                        port -> pods.connect(path.namespace(), path.name(), port));
        opened(
                exchange.request().toWebSocket(),
                socket -> {
                    if (SpdyForward.PROTOCOL.equals(socket.subProtocol())) {
                        new SpdyForward(socket, exchange.context(), pod, threads).begin();
                    } else {
                        ChannelForward forward =
                                new ChannelForward(socket, exchange.context(), pod, ports, threads);
                        threads.execute(forward::run);
                    }
                });
    }

    private static List<Integer> ports(Exchange exchange) {
        List<Integer> ports = new ArrayList<>();
        for (String value : exchange.parameters("ports")) {
            for (String port : value.split(",")) {
                try {
                    ports.add(Integer.parseInt(port));
                } catch (NumberFormatException e) {
                    throw Faults.badRequest("ports: " + port + " (expected: a number)");
                }
            }
        }
        return ports;
    }

    private static String protocols(Exchange exchange) {
        return exchange.header("Sec-WebSocket-Protocol");
    }

    private static void opened(
            Future<ServerWebSocket> socket, java.util.function.Consumer<ServerWebSocket> use) {
        socket.onSuccess(use::accept)
                .onFailure(e -> LOG.debug("a WebSocket could not be opened", e));
    }
}
