// SPDX-License-Identifier: Apache-2.0
package io.serin.control.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serin.control.ApiServerStub;
import io.serin.kube.Kube;
import io.serin.kube.type.KubeNamespace;
import io.serin.kube.type.KubeRootCertificate;
import io.serin.kube.type.ObjectName;
import io.serin.kube.write.RootCertificates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootCertificateKeeperIT {

    private static final String OF_SHOP = "/api/v1/namespaces/shop/configmaps";

    @TempDir Path folder;
    private ApiServerStub api;
    private Kube kube;
    private RootCertificateKeeper keeper;
    private volatile boolean isFirst;

    @BeforeEach
    void start() throws IOException {
        api = new ApiServerStub();
        kube = Kube.connect(Optional.of(api.kubeconfig(folder)), Optional.empty());
        keeper = new RootCertificateKeeper(new RootCertificates(kube), "root", () -> isFirst);
        keeper.start(() -> true);
    }

    @AfterEach
    void stop() {
        keeper.close();
        kube.close();
        api.close();
    }

    private void appear(String namespace) {
        keeper.namespaces().put(new KubeNamespace(namespace, "1", "1", Map.of(), ""));
    }

    private @Nullable String made() throws InterruptedException {
        return api.posts.poll(5, TimeUnit.SECONDS);
    }

    /** Whoever sees the namespace first: its pods wait for nobody's Lease. */
    @Test
    void aNewNamespaceIsToldAndOneThatLostItAgain() throws Exception {
        appear("shop");
        assertThat(made())
                .startsWith(OF_SHOP)
                .contains("\"istio-ca-root-cert\"", "\"istio.io/config\":\"true\"", "\"root\"");

        keeper.told().put(new KubeRootCertificate("shop", "root"));
        keeper.told().remove(new ObjectName("shop", "istio-ca-root-cert"));

        assertThat(made()).startsWith(OF_SHOP);
    }

    @Test
    void thoseOfKubernetesItselfAreNot() throws Exception {
        appear("kube-system");
        appear("shop");

        assertThat(made()).startsWith(OF_SHOP);
        assertThat(api.posts).isEmpty();
    }

    /** Two that don't agree would write in turns for ever. */
    @Test
    void whatSaysSomethingElseIsReplacedByOneOfAllOnly() throws Exception {
        appear("shop");
        assertThat(made()).startsWith(OF_SHOP);
        keeper.told().put(new KubeRootCertificate("shop", "root"));
        keeper.trust("other");
        appear("bank");
        assertThat(made()).startsWith("/api/v1/namespaces/bank/configmaps");
        keeper.told().put(new KubeRootCertificate("bank", "other"));
        appear("club");
        assertThat(made()).startsWith("/api/v1/namespaces/club/configmaps");
        assertThat(held()).isEqualTo("root");

        isFirst = true;
        keeper.look();

        await().until(() -> held().equals("other"));
    }

    private String held() {
        return kube.client()
                .configMaps()
                .inNamespace("shop")
                .withName("istio-ca-root-cert")
                .get()
                .getData()
                .getOrDefault("root-cert.pem", "");
    }
}
