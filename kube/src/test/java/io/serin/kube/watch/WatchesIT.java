// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import io.serin.kube.Kube;
import io.serin.kube.StubApi;
import io.serin.kube.type.KubeNamespace;
import io.serin.kube.type.ObjectName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchesIT {

    @TempDir Path folder;

    private final AtomicInteger lists = new AtomicInteger();

    @Test
    void namespacesAreListedOnceForAllWhoListen() throws IOException {
        List<String> first = new CopyOnWriteArrayList<>();
        List<String> later = new CopyOnWriteArrayList<>();
        try (StubApi api = new StubApi(this::answer);
                Kube kube = api.connect(folder);
                Watches watches = new Watches(kube)) {
            watches.namespaces(into(first));
            await().until(() -> first.equals(List.of("shop")));

            watches.namespaces(into(later));
            await().until(() -> later.equals(List.of("shop")));
        }
        assertThat(first).containsExactly("shop");
        assertThat(lists).hasValue(1);
    }

    private static Observer<KubeNamespace> into(List<String> names) {
        return new Observer<>() {
            @Override
            public void put(KubeNamespace namespace) {
                names.add(namespace.namespace());
            }

            @Override
            public void remove(ObjectName name) {
                names.remove(name.name());
            }
        };
    }

    /** A list; a watch that tells of nothing, and stays. */
    private void answer(HttpExchange exchange) throws IOException {
        if (String.valueOf(exchange.getRequestURI().getQuery()).contains("watch=true")) {
            if (exchange.getRequestHeaders().containsKey("Upgrade")) {
                // No web sockets here: the client falls back to a plain stream.
                exchange.sendResponseHeaders(200, -1);
                exchange.close();
            } else {
                exchange.sendResponseHeaders(200, 0);
            }
            return;
        }
        lists.incrementAndGet();
        byte[] list =
                """
                {"kind":"NamespaceList","apiVersion":"v1","metadata":{"resourceVersion":"1"},
                 "items":[{"metadata":{"name":"shop","uid":"u","resourceVersion":"1"}}]}
                """
                        .getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, list.length);
        exchange.getResponseBody().write(list);
        exchange.close();
    }
}
