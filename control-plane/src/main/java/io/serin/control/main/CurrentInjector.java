// SPDX-License-Identifier: Apache-2.0
package io.serin.control.main;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.serin.api.name.Revision;
import io.serin.injector.Injector;
import io.serin.injector.InjectorConfig;
import io.serin.injector.InjectorConfig.Text;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The injector as the mounted ConfigMaps now say. One that can't be used leaves the one before in
 * place: pods go on being injected, the way they were. Asked by any thread; looked at by one.
 */
final class CurrentInjector implements Supplier<Injector> {

    private static final Logger LOG = LoggerFactory.getLogger(CurrentInjector.class);

    private final Revision revision;
    private final Path folder;
    private final Path mesh;
    private final Counter loaded;
    private final Counter refused;
    private volatile Injector injector;
    private Text seen;
    private String refusal = "";

    /**
     * Reads it for the first time.
     *
     * @param folder where the injector's ConfigMap is mounted
     * @param mesh where the mesh's is
     * @throws io.serin.injector.template.TemplateFault when it can't be used: there is none before
     *     it
     */
    CurrentInjector(Revision revision, Path folder, Path mesh, MeterRegistry metrics) {
        this.revision = revision;
        this.folder = folder;
        this.mesh = mesh;
        loaded = counter(metrics, "success");
        refused = counter(metrics, "failure");
        seen = Text.read(revision, folder, mesh);
        injector = made(seen);
    }

    private static Counter counter(MeterRegistry metrics, String result) {
        return Counter.builder("sidecar_injection_config_reloads")
                .description("Changes of the injector's ConfigMaps, by what became of them.")
                .tag("result", result)
                .register(metrics);
    }

    @Override
    public Injector get() {
        return injector;
    }

    /** Takes what is new since the last look; what is refused is said once. */
    void look() {
        try {
            Text text = Text.read(revision, folder, mesh);
            if (!text.equals(seen)) {
                seen = text;
                injector = made(text);
                refusal = "";
                loaded.increment();
                LOG.info("injector configuration changed");
            }
        } catch (RuntimeException fault) {
            String reason = String.valueOf(fault.getMessage());
            if (!reason.equals(refusal)) {
                refusal = reason;
                refused.increment();
                LOG.error(
                        "injector configuration refused, the one before stays reason=\"{}\"",
                        reason);
            }
        }
    }

    private Injector made(Text text) {
        return new Injector(InjectorConfig.parse(revision, text));
    }
}
