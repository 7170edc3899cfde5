// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.admin;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.serin.api.contract.Ports;
import io.serin.proxy.admin.Page.Answer;
import io.serin.proxy.admin.Page.Visit;
import io.serin.proxy.application.AppAnswer;
import io.serin.proxy.application.Application;
import io.serin.proxy.settings.AppProbe;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Logger;

/**
 * The application's probes and lifecycle hooks, at the paths that the injector gave them: a kubelet
 * that asked the application itself would be redirected to the sidecar, and could not be told from
 * a client.
 */
final class AppProbePages {

    private static final Logger LOG = Logger.getLogger("probe");

    /** What a request says of its own connection; RFC 9110 section 7.6.1, and its body. */
    private static final List<CharSequence> OF_THE_CONNECTION =
            List.of(
                    HttpHeaderNames.CONNECTION,
                    HttpHeaderNames.CONTENT_LENGTH,
                    HttpHeaderNames.EXPECT,
                    HttpHeaderNames.TE,
                    HttpHeaderNames.TRAILER,
                    HttpHeaderNames.TRANSFER_ENCODING,
                    HttpHeaderNames.UPGRADE,
                    "keep-alive",
                    "proxy-connection");

    private final Map<String, AppProbe> probes;
    private final Application application;
    private final Complaints complaints = new Complaints(LOG, "probe failed path=");

    AppProbePages(Map<String, AppProbe> probes, Application application) {
        this.probes = probes;
        this.application = application;
    }

    /** By path; the two that end with a slash stand for all that are not known. */
    Map<String, Page> pages() {
        Map<String, Page> pages = new HashMap<>();
        pages.put("/app-health/", Page.readable(this::unknown));
        pages.put("/app-lifecycle/", Page.readable(this::unknown));
        probes.forEach(
                (path, probe) -> pages.put(path, Page.readable(visit -> answer(probe, visit))));
        return pages;
    }

    private CompletableFuture<Answer> unknown(Visit visit) {
        return CompletableFuture.completedFuture(
                Answer.text(
                        400,
                        "no probe "
                                + visit.path()
                                + " (expected: one of those that the injector knew of, "
                                + probes.keySet().stream().sorted().toList()
                                + ")"));
    }

    private CompletableFuture<Answer> answer(AppProbe probe, Visit visit) {
        CompletableFuture<Answer> answer =
                switch (probe) {
                    case AppProbe.Http http ->
                            application
                                    .http(http, headers(http, visit.headers()))
                                    .thenApply(AppProbePages::passOn);
                    case AppProbe.Tcp tcp ->
                            application.tcp(tcp).thenApply(_ -> Answer.text(200, "connected"));
                    case AppProbe.Grpc grpc ->
                            application.grpc(grpc).thenApply(_ -> Answer.text(200, "serving"));
                };
        return answer.handle((good, failure) -> {
            if (failure == null) {
                complaints.fine(visit.path());
                return good;
            }
            String cause = Complaints.cause(failure);
            complaints.about(visit.path(), cause);
            return Answer.text(500, "the application at port " + probe.port() + ": " + cause);
        });
    }

    /** A redirect that was not followed is an answer, and so the application lives. */
    private static Answer passOn(AppAnswer answer) {
        int status = answer.status() / 100 == 3 ? 200 : answer.status();
        return new Answer(status, answer.type(), answer.body());
    }

    /** Those of the kubelet, with the application's port in place of the agent's. */
    private static HttpHeaders headers(AppProbe.Http probe, HttpHeaders asked) {
        HttpHeaders headers = new DefaultHttpHeaders().set(asked);
        OF_THE_CONNECTION.forEach(headers::remove);
        String host = asked.get(HttpHeaderNames.HOST, "");
        String agent = ":" + Ports.AGENT;
        headers.set(
                HttpHeaderNames.HOST,
                host.endsWith(agent)
                        ? host.substring(0, host.length() - agent.length()) + ":" + probe.port()
                        : host);
        probe.headers().forEach(header -> headers.remove(header.name()));
        probe.headers().forEach(header -> headers.add(header.name(), header.value()));
        return headers;
    }
}
