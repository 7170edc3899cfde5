// SPDX-License-Identifier: Apache-2.0
package io.serin.control.revision;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.serin.api.contract.Objects;
import io.serin.api.name.Revision;
import io.serin.kube.KubeFault;
import io.serin.kube.type.KubeWebhook;
import io.serin.kube.type.ObjectName;
import io.serin.kube.watch.Observer;
import io.serin.kube.write.CaBundle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps our authority in the webhook configurations of our own revision, and of tags that point to
 * it, the default validator among these: fills it in, and again when somebody overwrites it or
 * moves the entries. Every other object is let alone. Works on virtual threads of its own.
 */
public final class CaBundleKeeper implements Observer<KubeWebhook>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CaBundleKeeper.class);
    private static final int RETRY_MILLIS = 1000;

    private final Revision revision;
    private final Set<String> validating;
    private final Supplier<String> authority;
    private final CaBundle writer;
    private final MeterRegistry metrics;
    private final Map<String, KubeWebhook> told = new ConcurrentHashMap<>();
    private final ExecutorService worker = Executors.newVirtualThreadPerTaskExecutor();

    /**
     * Does nothing yet.
     *
     * @param authority PEM of those to be trusted, as all replicas see it now; may block. Asked
     *     before each write: another replica may have changed it and written it, and must not be
     *     overwritten with what held before
     */
    public CaBundleKeeper(
            Revision revision, Supplier<String> authority, CaBundle writer, MeterRegistry metrics) {
        this.revision = revision;
        this.validating =
                Set.of(
                        Objects.validator(revision),
                        Objects.DEFAULT_VALIDATOR,
                        Objects.audit(revision));
        this.authority = authority;
        this.writer = writer;
        this.metrics = metrics;
    }

    @Override
    public void put(KubeWebhook webhook) {
        if (isOurs(webhook)) {
            told.put(webhook.configuration(), webhook);
            worker.execute(() -> repair(webhook));
        }
    }

    /** Those of tags have names that nobody knows beforehand. */
    private boolean isOurs(KubeWebhook webhook) {
        return webhook.kind() == KubeWebhook.Kind.MUTATING
                || !webhook.tag().isEmpty()
                || validating.contains(webhook.configuration());
    }

    @Override
    public void remove(ObjectName name) {
        if (told.remove(name.name()) != null) {
            LOG.warn("webhook={} removed", name.name());
        }
    }

    /**
     * Looks at all of them now, and at each whatever becomes of the others. Blocks.
     *
     * @throws RuntimeException when one could not be written
     */
    void fillAll() {
        List<RuntimeException> refused = new ArrayList<>();
        for (KubeWebhook webhook : told.values()) {
            try {
                fill(webhook);
            } catch (RuntimeException one) {
                refused.add(one);
            }
        }
        if (!refused.isEmpty()) {
            throw refused.getFirst();
        }
    }

    /** Until it is done, or something newer is told, which is repaired in its place. */
    private void repair(KubeWebhook webhook) {
        try {
            while (webhook.equals(told.get(webhook.configuration())) && !filled(webhook)) {
                TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
                count("retries", "Times that it was tried again.", webhook);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean filled(KubeWebhook webhook) {
        try {
            fill(webhook);
            return true;
        } catch (RuntimeException refused) {
            LOG.warn(
                    "webhook={} caBundle not filled reason=\"{}\"",
                    webhook.configuration(),
                    refused.getMessage());
            return false;
        }
    }

    private void fill(KubeWebhook webhook) {
        if (!webhook.revision().equals(revision.value())) {
            failed(webhook, "wrong_revision");
            return;
        }
        List<KubeWebhook.Entry> entries =
                webhook.entries().stream()
                        .filter(entry -> CaBundle.isOurs(webhook.kind(), entry))
                        .toList();
        if (entries.isEmpty()) {
            failed(webhook, "webhook_entry_not_found");
            return;
        }
        String bundle = bundle(webhook);
        if (entries.stream().allMatch(entry -> entry.caBundle().equals(bundle))) {
            return;
        }
        count("attempts", "Times that a webhook's caBundle was to be written.", webhook);
        try {
            writer.fill(webhook, bundle);
        } catch (RuntimeException refused) {
            failed(
                    webhook,
                    KubeFault.isNotFound(refused)
                            ? "webhook_config_not_found"
                            : "webhook_update_failure");
            throw refused;
        }
        LOG.info("webhook={} caBundle=filled", webhook.configuration());
    }

    private String bundle(KubeWebhook webhook) {
        try {
            return Base64.getEncoder()
                    .encodeToString(authority.get().getBytes(StandardCharsets.US_ASCII));
        } catch (RuntimeException unknown) {
            failed(webhook, "load_ca_bundle_failure");
            throw unknown;
        }
    }

    private void failed(KubeWebhook webhook, String reason) {
        Counter.builder("webhook_patch_failures")
                .description("Times that it could not be, and why.")
                .tag("name", webhook.configuration())
                .tag("reason", reason)
                .register(metrics)
                .increment();
    }

    private void count(String what, String description, KubeWebhook webhook) {
        Counter.builder("webhook_patch_" + what)
                .description(description)
                .tag("name", webhook.configuration())
                .register(metrics)
                .increment();
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }
}
