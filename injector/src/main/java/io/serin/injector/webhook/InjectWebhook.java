// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.injector.Injection;
import io.serin.injector.Injector;
import io.serin.injector.decide.Refusal;
import io.serin.injector.patch.JsonPatch;
import io.serin.injector.template.TemplateFault;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The answer to one AdmissionReview for a pod. Pure but for its log; any thread. */
public final class InjectWebhook {

    private static final Logger LOG = LoggerFactory.getLogger(InjectWebhook.class);

    private final Injector injector;
    private final InjectionMetrics metrics;

    public InjectWebhook(Injector injector, InjectionMetrics metrics) {
        this.injector = injector;
        this.metrics = metrics;
    }

    /**
     * Answers.
     *
     * @param parameters what follows the webhook's path: {@code /cluster/c1/net/n1}
     * @return an AdmissionReview; never throws for what a request holds
     */
    public String answer(String body, String parameters) {
        long start = System.nanoTime();
        Optional<AdmissionReview> parsed = AdmissionReview.parse(body);
        if (parsed.isEmpty()) {
            count(InjectionMetrics.Result.FAILED, start);
            return AdmissionReview.denyUnread(
                    "the body is not an AdmissionReview with request.object (expected: "
                            + "admission.k8s.io/v1 or v1beta1)");
        }
        AdmissionReview review = parsed.get();
        try {
            return switch (injector.inject(
                    review.object(), review.namespace(), environment(parameters))) {
                case Injection.Skipped(String reason, List<String> warnings) -> {
                    LOG.info("pod={} skipped reason=\"{}\"", name(review), reason);
                    count(InjectionMetrics.Result.SKIPPED, start);
                    yield review.allow(warnings);
                }
                case Injection.Injected(JsonNode pod, List<String> warnings) -> {
                    JsonNode patch = JsonPatch.between(review.object(), pod);
                    LOG.info("pod={} injected operations={}", name(review), patch.size());
                    count(InjectionMetrics.Result.INJECTED, start);
                    yield patch.isEmpty() ? review.allow(warnings) : review.patch(patch, warnings);
                }
            };
        } catch (Refusal | TemplateFault refused) {
            LOG.warn("pod={} refused reason=\"{}\"", name(review), refused.getMessage());
            count(InjectionMetrics.Result.FAILED, start);
            return review.deny(String.valueOf(refused.getMessage()));
        }
    }

    private void count(InjectionMetrics.Result result, long start) {
        metrics.called(result, Duration.ofNanos(System.nanoTime() - start));
    }

    private static String name(AdmissionReview review) {
        JsonNode metadata = review.object().path("metadata");
        return review.namespace()
                + "/"
                + metadata.path("name").asText(metadata.path("generateName").asText("?"));
    }

    /** Istio's injection URL: key and value in turn; a key without a value is dropped. */
    static Map<String, String> environment(String parameters) {
        Map<String, String> environment = new LinkedHashMap<>();
        String[] parts =
                parameters.startsWith("/") ? parameters.substring(1).split("/", -1) : new String[0];
        for (int i = 0; i + 1 < parts.length; i += 2) {
            String key =
                    switch (parts[i]) {
                        case "cluster" -> "ISTIO_META_CLUSTER_ID";
                        case "net" -> "ISTIO_META_NETWORK";
                        default -> parts[i].toUpperCase(Locale.ROOT);
                    };
            environment.put(key, parts[i + 1].replace("--slash--", "/"));
        }
        return environment;
    }
}
