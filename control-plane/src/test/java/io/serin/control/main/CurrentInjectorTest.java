// SPDX-License-Identifier: Apache-2.0
package io.serin.control.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.serin.api.name.Revision;
import io.serin.injector.Injection;
import io.serin.injector.InjectorConfig;
import io.serin.injector.template.TemplateFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class CurrentInjectorTest {

    private static final Revision REVISION = new Revision("1-0");
    private static final String POD =
            "{\"metadata\":{\"name\":\"w\"},\"spec\":{\"containers\":[{\"name\":\"w\"}]}}";

    @TempDir private Path folder;
    private final PrometheusMeterRegistry metrics =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    /** As the kubelet does: a folder of its own for each update, and one link that moves. */
    private void mount(String update, String image) throws IOException {
        mount(update, image, "defaultConfig: {}");
    }

    private void mount(String update, String image, String mesh) throws IOException {
        mount(update, InjectorConfig.shippedConfig(), image, mesh);
    }

    private void mount(String update, String config, String image, String mesh) throws IOException {
        Path files = Files.createDirectory(folder.resolve(".." + update));
        Files.writeString(files.resolve("config"), config);
        Files.writeString(
                files.resolve("values"), "{\"image\": %s, \"resources\": {}}".formatted(image));
        Files.writeString(files.resolve("mesh"), mesh);
        Path next = Files.createSymbolicLink(folder.resolve("..next"), files.getFileName());
        Files.move(
                next,
                folder.resolve("..data"),
                java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private static Injection injected(CurrentInjector injector) throws IOException {
        return injector.get().inject(new ObjectMapper().readTree(POD), "shop", Map.of());
    }

    private static String image(CurrentInjector injector) throws IOException {
        return ((Injection.Injected) injected(injector))
                .pod()
                .at("/spec/initContainers/1/image")
                .asText();
    }

    private double reloads(String result) {
        return metrics.get("sidecar_injection_config_reloads")
                .tag("result", result)
                .counter()
                .count();
    }

    @Test
    void followsTheConfigMapAndKeepsTheLastGoodOne() throws IOException {
        mount("1", "\"p:1\"");
        CurrentInjector injector = new CurrentInjector(REVISION, folder, folder, metrics);
        assertThat(image(injector)).isEqualTo("p:1");

        mount("2", "\"p:2\"");
        injector.look();
        assertThat(image(injector)).isEqualTo("p:2");

        mount("3", "[]");
        injector.look();
        injector.look();
        assertThat(image(injector)).isEqualTo("p:2");
        assertThat(reloads("success")).isEqualTo(1);
        assertThat(reloads("failure")).isEqualTo(1);

        Files.delete(folder.resolve("..3/values"));
        injector.look();
        injector.look();
        assertThat(image(injector)).isEqualTo("p:2");
        assertThat(reloads("failure")).isEqualTo(2);

        mount("4", "\"p:4\"");
        injector.look();
        assertThat(image(injector)).isEqualTo("p:4");
        assertThat(reloads("success")).isEqualTo(2);
        assertThat(metrics.scrape()).contains("sidecar_injection_config_reloads_total{result=");
    }

    @Test
    void followsTheMeshsConfigMapAndKeepsTheLastGoodOne() throws IOException {
        mount("1", "\"p:1\"");
        CurrentInjector injector = new CurrentInjector(REVISION, folder, folder, metrics);
        assertThat(environment(injector)).doesNotContain("TRACER");

        mount("2", "\"p:1\"", "defaultConfig: {proxyMetadata: {TRACER: t}}");
        injector.look();
        assertThat(environment(injector)).contains("{\"name\":\"TRACER\",\"value\":\"t\"}");

        for (String broken : new String[] {"{", "defaultConfig: {bogus: 1}", "meshNetworks: {}"}) {
            mount(Integer.toString(broken.hashCode()), "\"p:3\"", broken);
            injector.look();
            assertThat(environment(injector)).contains("TRACER");
            assertThat(image(injector)).isEqualTo("p:1");
        }
        assertThat(reloads("failure")).isEqualTo(3);
    }

    private static String environment(CurrentInjector injector) throws IOException {
        return ((Injection.Injected) injected(injector))
                .pod()
                .at("/spec/initContainers/1/env")
                .toString();
    }

    @Test
    void anUnknownPolicyInjectsNothingAndIsAnErrorInTheLog() throws IOException {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(InjectorConfig.class);
        log.start();
        logger.addAppender(log);
        try {
            mount("1", "\"p:1\"");
            CurrentInjector injector = new CurrentInjector(REVISION, folder, folder, metrics);
            assertThat(injected(injector)).isInstanceOf(Injection.Injected.class);
            assertThat(log.list).isEmpty();

            mount(
                    "2",
                    InjectorConfig.shippedConfig().replace("policy: enabled", "policy: on-demand"),
                    "\"p:1\"",
                    "{}");
            injector.look();
            injector.look();

            assertThat(injected(injector)).isInstanceOf(Injection.Skipped.class);
            assertThat(log.list)
                    .extracting(it -> it.getLevel() + " " + it.getFormattedMessage())
                    .containsExactly(
                            "ERROR config policy=\"on-demand\" expected=\"enabled or disabled\":"
                                    + " nothing is injected");
        } finally {
            logger.detachAppender(log);
        }
    }

    @Test
    void doesNotStartWithoutOne() {
        assertThatThrownBy(() -> new CurrentInjector(REVISION, folder, folder, metrics))
                .isInstanceOf(TemplateFault.class)
                .hasMessageContaining("istio-sidecar-injector-1-0");
    }
}
