// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serin.proxy.settings.AppProbe.Header;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the injector says of the application's probes and metrics. */
class AppPagesTest {

    @Test
    void readsProbesOfEveryKind() throws Exception {
        AppPages pages =
                read(
                        "ISTIO_KUBE_APP_PROBERS",
                        """
                        {
                          "/app-health/web/livez": {"httpGet": {"path": "/live", "port": 8080,
                              "scheme": "HTTPS", "host": "localhost",
                              "httpHeaders": [{"name": "Host", "value": "shop"}]}, "timeoutSeconds": 3},
                          "/app-health/web/readyz": {"httpGet": {"port": 8080}},
                          "/app-health/web/startupz": {"tcpSocket": {"port": 9090}, "timeoutSeconds": 0},
                          "/app-health/grpc/livez": {"grpc": {"port": 9, "service": "shop.Reviews"}},
                          "/app-lifecycle/web/prestopz": {"httpGet": {"path": "bye?now", "port": 1}}
                        }
                        """);

        Duration second = Duration.ofSeconds(1);
        assertThat(pages.probes())
                .isEqualTo(
                        Map.of(
                                "/app-health/web/livez",
                                new AppProbe.Http(
                                        8080,
                                        true,
                                        "localhost",
                                        "/live",
                                        List.of(new Header("Host", "shop")),
                                        Duration.ofSeconds(3)),
                                "/app-health/web/readyz",
                                new AppProbe.Http(8080, false, "", "/", List.of(), second),
                                "/app-health/web/startupz",
                                new AppProbe.Tcp(9090, "", second),
                                "/app-health/grpc/livez",
                                new AppProbe.Grpc(9, "shop.Reviews", second),
                                "/app-lifecycle/web/prestopz",
                                new AppProbe.Http(
                                        1,
                                        false,
                                        "",
                                        "/bye?now",
                                        List.of(),
                                        Duration.ofSeconds(45))));
        assertThat(pages.metrics()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/a b, /a%20b",
        "/caf\u00e9, /caf%C3%A9",
        "/a%2Fb, /a%2Fb",
        "/100%, /100%25",
        "/x?match[]={a}, /x?match%5B%5D=%7Ba%7D",
        "/page#part, /page",
    })
    void writesPathsAsTheyGoOnTheWire(String path, String wire) throws Exception {
        AppPages pages =
                read(
                        "ISTIO_PROMETHEUS_ANNOTATIONS",
                        "{\"path\": \"" + path + "\", \"port\": \"8080\"}");

        assertThat(pages.metrics()).contains(new AppMetrics(8080, wire));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"scrape":"true","path":"/m","port":"9"} | 9  | /m
                    {"scrape":"TRUE","port":"9"}             | 9  | /metrics
                    {"scrape":"","path":"","port":"9"}       | 9  | /metrics
                    {}                                       | 80 | /metrics
                    """)
    void readsWhereTheMetricsAre(String json, int port, String path) throws Exception {
        assertThat(read("ISTIO_PROMETHEUS_ANNOTATIONS", json).metrics())
                .contains(new AppMetrics(port, path));
    }

    @Test
    void asksForNoMetricsWhenThePodSaysSo() throws Exception {
        String off = "{\"scrape\":\"false\",\"port\":\"metrics\"}";
        assertThat(read("ISTIO_PROMETHEUS_ANNOTATIONS", off)).isEqualTo(AppPages.NONE);
        assertThat(read("ISTIO_PROMETHEUS_ANNOTATIONS", "")).isEqualTo(AppPages.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"/app-health/web                             | JSON, character 18: the end (expected: more)
                    []                                            | JSON: a list (expected: an object)
                    {"/healthz": {}}                              | /healthz: not known (expected: /app-health/<container>/livez, readyz or startupz, or /app-lifecycle/<container>/prestopz or poststartz)
                    {"/app-health/web/prestopz": {}}              | /app-health/web/prestopz: not known (expected: /app-health/<container>/livez, readyz or startupz, or /app-lifecycle/<container>/prestopz or poststartz)
                    {"/app-health/w/livez": {}}                   | /app-health/w/livez: 0 kinds (expected: one of httpGet, tcpSocket, grpc)
                    {"/app-health/w/livez": {"exec": {}}}         | /app-health/w/livez.exec: not known (expected: one of httpGet, tcpSocket, grpc, timeoutSeconds)
                    {"/app-health/w/livez": {"httpGet": {"port": "http"}}} | /app-health/w/livez.httpGet.port: 'http' (expected: a port, 1 to 65535)
                    {"/app-health/w/livez": {"httpGet": {}}}      | /app-health/w/livez.httpGet.port: '' (expected: a port, 1 to 65535)
                    {"/app-health/w/livez": {"tcpSocket": {"port": 70000}}} | /app-health/w/livez.tcpSocket.port: 70000 (expected: a port, 1 to 65535)
                    {"/app-health/w/livez": {"httpGet": {"port": 1, "scheme": "http"}}} | /app-health/w/livez.httpGet.scheme: 'http' (expected: HTTP or HTTPS)
                    {"/app-health/w/livez": {"httpGet": {"port": 1, "host": "a b"}}} | /app-health/w/livez.httpGet.host: 'a b' (expected: a name or an address, or nothing)
                    {"/app-health/w/livez": {"httpGet": {"port": 1, "httpHeaders": [{"name": "a:b"}]}}} | /app-health/w/livez.httpGet.httpHeaders.name: 'a:b' (expected: a header's name)
                    {"/app-health/w/livez": {"httpGet": {"port": 1, "httpHeaders": [{"name": "a", "value": "b\\nc: d"}]}}} | /app-health/w/livez.httpGet.httpHeaders.value: control characters (expected: a header's value, one line)
                    {"/app-health/w/livez": {"grpc": {"port": 1}, "timeoutSeconds": 1.5}} | /app-health/w/livez.timeoutSeconds: 1.5 (expected: whole seconds, 0 or more)
                    """)
    void saysWhatIsWrongWithProbes(String json, String message) {
        assertThatThrownBy(() -> read("ISTIO_KUBE_APP_PROBERS", json))
                .isInstanceOf(SettingsFault.class)
                .hasMessage("ISTIO_KUBE_APP_PROBERS: " + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"port": "http"}   | port: 'http' (expected: the application's port, 1 to 65535, not the proxy's own 15020 or 15090)
                    {"port": "15020"}  | port: '15020' (expected: the application's port, 1 to 65535, not the proxy's own 15020 or 15090)
                    {"port": 8080}     | port: 8080 (expected: text)
                    {"scrape": "yes"}  | scrape: 'yes' (expected: true or false)
                    {"scheme": "http"} | scheme: not known (expected: one of scrape, path, port)
                    """)
    void saysWhatIsWrongWithMetrics(String json, String message) {
        assertThatThrownBy(() -> read("ISTIO_PROMETHEUS_ANNOTATIONS", json))
                .isInstanceOf(SettingsFault.class)
                .hasMessage("ISTIO_PROMETHEUS_ANNOTATIONS: " + message);
    }

    private static AppPages read(String variable, String json) throws SettingsFault {
        Map<String, String> environment =
                new HashMap<>(
                        Map.of(
                                "POD_NAME", "web-1",
                                "POD_NAMESPACE", "shop",
                                "INSTANCE_IP", "10.244.1.5",
                                "TERMINATION_GRACE_PERIOD_SECONDS", "45",
                                "PROXY_CONFIG", "{\"discoveryAddress\":\"istiod:15010\"}"));
        environment.put(variable, json);
        return ProxySettings.read(environment, PodFiles.MOUNTED, "0.1.0").application();
    }
}
