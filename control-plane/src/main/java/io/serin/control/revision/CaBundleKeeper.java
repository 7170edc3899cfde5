// SPDX-License-Identifier: Apache-2.0
package io.serin.control.revision;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.serin.api.contract.Objects;
import io.serin.api.name.Revision;
import io.serin.kube.type.KubeWebhook;
import io.serin.kube.type.ObjectName;
import io.serin.kube.watch.Observer;
import io.serin.kube.write.CaBundle;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps our authority in the webhook configurations of our own revision: fills it in, and again
 * when somebody overwrites it. Every other object is let alone. Works on a thread of its own.
 */
public final class CaBundleKeeper implements Observer<KubeWebhook>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CaBundleKeeper.class);
    private static final int RETRY_MILLIS = 1000;

    private final Revision revision;
    private final Set<String> own;
    private final CaBundle writer;
    private final String bundle;
    private final Counter attempts;
    private final Counter failures;
    private final ExecutorService worker = Executors.newVirtualThreadPerTaskExecutor();

    public CaBundleKeeper(
            Revision revision, String authority, CaBundle writer, MeterRegistry metrics) {
        this.revision = revision;
        this.own = Set.of(Objects.injector(revision), Objects.validator(revision));
        this.writer = writer;
        this.bundle =
                Base64.getEncoder().encodeToString(authority.getBytes(StandardCharsets.US_ASCII));
        this.attempts =
                Counter.builder("webhook_patch_attempts")
                        .description("Times that a webhook's caBundle was to be written.")
                        .register(metrics);
        this.failures =
                Counter.builder("webhook_patch_failures")
                        .description("Times that it could not be.")
                        .register(metrics);
    }

    @Override
    public void put(KubeWebhook webhook) {
        boolean isOurs =
                own.contains(webhook.configuration())
                        && webhook.revision().equals(revision.value());
        boolean isRight = webhook.caBundles().stream().allMatch(bundle::equals);
        if (isOurs && !isRight) {
            worker.execute(() -> fill(webhook));
        }
    }

    private void fill(KubeWebhook webhook) {
        attempts.increment();
        try {
            writer.fill(webhook, bundle);
            LOG.info("webhook={} caBundle=filled", webhook.configuration());
        } catch (RuntimeException refused) {
            failures.increment();
            LOG.warn(
                    "webhook={} caBundle not filled reason=\"{}\"",
                    webhook.configuration(),
                    refused.getMessage());
            retry(webhook);
        }
    }

    private void retry(KubeWebhook webhook) {
        try {
            TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
            put(webhook);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void remove(ObjectName name) {
        LOG.warn("webhook={} removed", name.name());
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }
}
