// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serin.api.backend.Workload;
import io.serin.api.name.HostPort;
import io.serin.api.name.SpiffeId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxySettingsTest {

    @TempDir Path temp;

    private final Map<String, String> environment =
            new HashMap<>(
                    Map.of(
                            "POD_NAME", "web-1",
                            "POD_NAMESPACE", "shop",
                            "INSTANCE_IP", "10.244.1.5",
                            "REVISION", "1-0",
                            "PROXY_CONFIG",
                                    """
                                    {"discoveryAddress":"istiod-1-0.istio-system.svc:15012",
                                     "concurrency": 2, "proxyMetadata": {"A": [true, null, "\\u00e9"]}}
                                    """));

    @Test
    void readsWhatTheInjectorWrites() throws Exception {
        environment.put("HOST_IP", "172.18.0.3");
        environment.put("ISTIO_CPU_LIMIT", "4");
        environment.put("ISTIO_META_WORKLOAD_NAME", "web");
        environment.put("TERMINATION_GRACE_PERIOD_SECONDS", "60");

        ProxySettings settings =
                read("app=\"shop-web\"\nversion=\"v1\"\npod-template-hash=\"7d9\"\n");

        assertThat(settings.node().id().nodeId())
                .isEqualTo("sidecar~10.244.1.5~web-1.shop~shop.svc.cluster.local");
        assertThat(settings.node().revision()).hasToString("1-0");
        assertThat(settings.node().workload())
                .isEqualTo(new Workload("shop", "web", "shop-web", "v1"));
        assertThat(settings.node().labels()).containsEntry("pod-template-hash", "7d9").hasSize(3);
        assertThat(settings.discovery())
                .isEqualTo(new HostPort("istiod-1-0.istio-system.svc", 15012));
        assertThat(settings.nodeAddress()).contains("172.18.0.3");
        assertThat(settings.workers()).isEqualTo(4);
        assertThat(settings.grace()).isEqualTo(Duration.ofSeconds(59));
    }

    @Test
    void hasDefaultsForWhatIsNotEssential() throws Exception {
        environment.remove("REVISION");

        ProxySettings settings = ProxySettings.read(environment, PodFiles.MOUNTED, "0.1.0");

        assertThat(settings.node().revision()).hasToString("default");
        assertThat(settings.node().workload())
                .isEqualTo(new Workload("shop", "unknown", "unknown", "latest"));
        assertThat(settings.nodeAddress()).isEmpty();
        assertThat(settings.workers()).isEqualTo(2);
        assertThat(settings.grace()).isEqualTo(Duration.ofSeconds(29));
    }

    @Test
    void knowsThePodsNameServersWhereItAnswersForNames() throws Exception {
        List<InetSocketAddress> servers =
                Resolvers.read(Resolvers.FILE).stream()
                        .map(server -> new InetSocketAddress(server, 53))
                        .toList();

        assertThat(read("").node().dnsCapture()).isFalse();
        assertThat(read("").nameServers()).isEmpty();
        environment.put("ISTIO_META_DNS_CAPTURE", "true");
        assertThat(read("").node().dnsCapture()).isTrue();
        assertThat(read("").nameServers()).isEqualTo(servers);
    }

    @Test
    void knowsItsControlPlaneByTlsUnlessItIsToldNotTo() throws Exception {
        environment.put("SERVICE_ACCOUNT", "reviews.reader");
        ControlPlaneAuth mounted =
                new ControlPlaneAuth.MutualTls(
                        Path.of("/var/run/secrets/istio/root-cert.pem"),
                        Path.of("/var/run/secrets/tokens/istio-token"),
                        new SpiffeId("cluster.local", "shop", "reviews.reader"));

        assertThat(read("").auth()).isEqualTo(mounted);
        environment.put("PROXY_CONFIG", proxyConfig("MUTUAL_TLS"));
        assertThat(read("").auth()).isEqualTo(mounted);
        assertThat(read("").node().mtls()).isTrue();
        environment.put("PROXY_CONFIG", proxyConfig("NONE"));
        assertThat(read("").auth()).isEqualTo(new ControlPlaneAuth.None());
        assertThat(read("").node().mtls()).isFalse();
    }

    private static String proxyConfig(String policy) {
        return "{\"discoveryAddress\":\"istiod:15010\",\"controlPlaneAuthPolicy\":\""
                + policy
                + "\"}";
    }

    @Test
    void prefersCanonicalLabels() throws Exception {
        ProxySettings settings =
                read(
                        """
                        app="a"
                        app.kubernetes.io/name="b"
                        service.istio.io/canonical-name="c"
                        version="v"
                        service.istio.io/canonical-revision="w"
                        """);

        assertThat(settings.node().workload().app()).isEqualTo("c");
        assertThat(settings.node().workload().version()).isEqualTo("w");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    POD_NAME                         | ``       | POD_NAME: '' (expected: the pod's name)
                    POD_NAMESPACE                    | Shop     | POD_NAMESPACE: 'Shop' (expected: the pod's namespace)
                    INSTANCE_IP                      | ``       | INSTANCE_IP: '' (expected: the pod's address)
                    INSTANCE_IP                      | web-1    | INSTANCE_IP: 'web-1' (expected: the pod's address)
                    REVISION                         | 1.0      | REVISION: '1.0' (expected: a DNS label, the control plane's revision)
                    PROXY_CONFIG                     | {}       | PROXY_CONFIG: '{}' (expected: JSON with discoveryAddress, like {"discoveryAddress":"istiod-1-0.istio-system.svc:15012"})
                    PROXY_CONFIG                     | x:1      | PROXY_CONFIG: 'x:1' (expected: JSON with discoveryAddress, like {"discoveryAddress":"istiod-1-0.istio-system.svc:15012"})
                    PROXY_CONFIG                     | {"discoveryAddress":"a:1","controlPlaneAuthPolicy":"TLS"} | PROXY_CONFIG: controlPlaneAuthPolicy: 'TLS' (expected: MUTUAL_TLS or NONE)
                    PROXY_CONFIG                     | {"discoveryAddress":"a:1","controlPlaneAuthPolicy":1} | PROXY_CONFIG: controlPlaneAuthPolicy: 1 (expected: text)
                    ISTIO_CPU_LIMIT                  | 500m     | ISTIO_CPU_LIMIT: '500m' (expected: a whole number of CPUs, 1 or more)
                    ISTIO_CPU_LIMIT                  | 0        | ISTIO_CPU_LIMIT: '0' (expected: a whole number of CPUs, 1 or more)
                    ISTIO_META_DNS_CAPTURE           | yes      | ISTIO_META_DNS_CAPTURE: 'yes' (expected: true or false)
                    TERMINATION_GRACE_PERIOD_SECONDS | -1       | TERMINATION_GRACE_PERIOD_SECONDS: '-1' (expected: whole seconds, zero or more)
                    """)
    void namesVariableValueAndExpectation(String variable, String value, String message) {
        environment.put(variable, value);

        assertThatThrownBy(() -> read("")).isInstanceOf(SettingsFault.class).hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    [1,          | JSON, character 4: the end (expected: more)
                    {"a":1]      | JSON, character 7: ']' (expected: '}')
                    {a:1}        | JSON, character 2: 'a' (expected: a name in quotes)
                    [01]         | JSON, character 2: '0' (expected: a value)
                    "\\x"        | JSON, character 3: 'x' (expected: an escape)
                    tru          | JSON, character 1: 't' (expected: a value)
                    {} {}        | JSON, character 4: '{' (expected: the end)
                    """)
    void saysWhereJsonIsWrong(String json, String message) {
        assertThatThrownBy(() -> Json.parse(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void refusesJsonThatNestsForEver() {
        assertThatThrownBy(() -> Json.parse("[".repeat(100_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 64 levels");
    }

    private ProxySettings read(String labels) throws IOException, SettingsFault {
        Path file = Files.writeString(temp.resolve("labels"), labels);
        return ProxySettings.read(
                environment,
                new PodFiles(file, PodFiles.MOUNTED.rootCertificates(), PodFiles.MOUNTED.token()),
                "0.1.0");
    }
}
