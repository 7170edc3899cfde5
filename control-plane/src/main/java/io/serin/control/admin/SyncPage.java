// SPDX-License-Identifier: Apache-2.0
package io.serin.control.admin;

import io.serin.api.codec.TypeUrl;
import io.serin.api.snapshot.Protocol;
import io.serin.control.serve.AdsSettings;
import io.serin.control.serve.ProxyStatus;
import io.serin.control.serve.ProxyStatus.Mode;
import io.serin.control.serve.ProxyStatus.TypeStatus;
import io.serin.control.snapshot.Snapshots;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code /debug/syncz}: which proxies are here, and which versions each was sent and took. */
final class SyncPage {

    private SyncPage() {}

    static JsonObject of(
            AdsSettings settings, Collection<ProxyStatus> proxies, Optional<Snapshots> latest) {
        var list = new JsonArray();
        proxies.stream()
                .filter(proxy -> !proxy.onlyAsks())
                .forEach(proxy -> list.add(proxy(settings, proxy, latest)));
        return new JsonObject()
                .put("revision", settings.revision().value())
                .put("version", settings.version())
                .put("instance", settings.instance())
                .put(
                        "protocol",
                        new JsonObject()
                                .put("least", Protocol.OWN.least())
                                .put("latest", Protocol.OWN.latest()))
                .put("proxies", list);
    }

    private static JsonObject proxy(
            AdsSettings settings, ProxyStatus proxy, Optional<Snapshots> latest) {
        var types = new JsonObject();
        for (TypeUrl type : TypeUrl.values()) {
            TypeStatus status = proxy.types().get(type);
            if (status != null) {
                types.put(
                        type.name(),
                        new JsonObject()
                                .put("sent", status.sent())
                                .put("acked", status.acked())
                                .put("sentAt", time(status.sentAt()))
                                .put("ackedAt", time(status.ackedAt())));
            }
        }
        return new JsonObject()
                .put("id", proxy.node().id().nodeId())
                .put("pod", proxy.node().id().pod())
                .put("namespace", proxy.node().id().namespace())
                .put("ip", proxy.node().id().ip())
                .put("revision", proxy.node().revision().value())
                .put("version", proxy.node().version())
                .put("protocol", proxy.node().protocol())
                .put("home", home(settings, proxy, latest))
                .put("connectedSince", proxy.connectedSince().toString())
                .put("mode", proxy.mode() == Mode.DELTA ? "delta" : "sotw")
                .put("types", types)
                .put("lastNack", proxy.lastNack().map(SyncPage::nack).orElse(null));
    }

    /** What is to be, what is, since when, and why the two differ. */
    private static JsonObject home(
            AdsSettings settings, ProxyStatus proxy, Optional<Snapshots> latest) {
        return new JsonObject()
                .put(
                        "wanted",
                        latest.map(known -> known.home(proxy.node()).revision().value())
                                .orElse(null))
                .put("actual", settings.revision().value())
                .put("since", proxy.connectedSince().toString())
                .put("lastFailure", proxy.stays().map(SyncPage::nack).orElse(null));
    }

    private static JsonObject nack(ProxyStatus.Nack nack) {
        return new JsonObject()
                .put("type", nack.type().name())
                .put("message", nack.message())
                .put("at", nack.at().toString());
    }

    private static @Nullable String time(Optional<Instant> at) {
        return at.map(Instant::toString).orElse(null);
    }
}
