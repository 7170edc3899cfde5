// SPDX-License-Identifier: Apache-2.0
package io.serin.control.admin;

import io.serin.api.codec.TypeUrl;
import io.serin.control.serve.AdsSettings;
import io.serin.control.serve.ProxyStatus;
import io.serin.control.serve.ProxyStatus.Mode;
import io.serin.control.serve.ProxyStatus.TypeStatus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code /debug/syncz}: which proxies are here, and which versions each was sent and took. */
final class SyncPage {

    private SyncPage() {}

    static JsonObject of(AdsSettings settings, Collection<ProxyStatus> proxies) {
        var list = new JsonArray();
        proxies.forEach(proxy -> list.add(proxy(proxy)));
        return new JsonObject()
                .put("revision", settings.revision().value())
                .put("version", settings.version())
                .put("instance", settings.instance())
                .put("proxies", list);
    }

    private static JsonObject proxy(ProxyStatus proxy) {
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
                .put("connectedSince", proxy.connectedSince().toString())
                .put("mode", proxy.mode() == Mode.DELTA ? "delta" : "sotw")
                .put("types", types)
                .put("lastNack", proxy.lastNack().map(SyncPage::nack).orElse(null));
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
