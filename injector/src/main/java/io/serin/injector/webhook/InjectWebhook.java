// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.injector.Injection;
import io.serin.injector.Injector;
import io.serin.injector.decide.Refusal;
import io.serin.injector.patch.JsonPatch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The answer to one AdmissionReview for a pod. Pure but for its log; any thread. */
public final class InjectWebhook {

    private static final Logger LOG = LoggerFactory.getLogger(InjectWebhook.class);

    private final Supplier<Injector> injector;
    private final InjectionMetrics metrics;

    /**
     * @param injector asked for each pod: the configuration may have changed
     */
    public InjectWebhook(Supplier<Injector> injector, InjectionMetrics metrics) {
        this.injector = injector;
        this.metrics = metrics;
    }

    /**
     * Answers.
     *
     * @param parameters what follows the webhook's path: {@code /cluster/c1/net/n1}
     * @return an AdmissionReview; never throws, whatever the body holds
     */
    public String answer(String body, String parameters) {
        long start = System.nanoTime();
        Optional<AdmissionReview> review = AdmissionReview.parse(body);
        Answer answer = review.map(r -> safely(r, parameters)).orElse(UNREADABLE);
        metrics.called(answer.result(), Duration.ofNanos(System.nanoTime() - start));
        return answer.text();
    }

    /** Counts a call that was refused before it came here. */
    public void refused() {
        metrics.called(InjectionMetrics.Result.FAILED, Duration.ZERO);
    }

    private record Answer(InjectionMetrics.Result result, String text) {}

    private static final Answer UNREADABLE =
            new Answer(
                    InjectionMetrics.Result.FAILED,
                    AdmissionReview.denyUnread(
                            "the body is not an AdmissionReview with request.object (expected:"
                                    + " admission.k8s.io/v1 or v1beta1)"));

    private Answer safely(AdmissionReview review, String parameters) {
        try {
            return answer(review, parameters);
        } catch (RuntimeException bug) {
            LOG.error("pod={} failed", name(review), bug);
            return failed(review, "the injector failed: " + bug);
        }
    }

    private Answer answer(AdmissionReview review, String parameters) {
        String kind = review.object().path("kind").asText("Pod");
        if (!kind.equals("Pod")) {
            return failed(review, "kind: '" + kind + "' (expected: Pod)");
        }
        return switch (injector.get()
                .inject(
                        review.object(),
                        review.namespace(),
                        InjectionParameters.parse(parameters))) {
            case Injection.Skipped(String reason, List<String> warnings) -> {
                LOG.info("pod={} skipped reason=\"{}\"", name(review), reason);
                yield new Answer(InjectionMetrics.Result.SKIPPED, review.allow(warnings));
            }
            case Injection.Injected(JsonNode pod, List<String> warnings) -> {
                JsonNode patch = JsonPatch.between(review.object(), pod);
                LOG.info("pod={} injected operations={}", name(review), patch.size());
                yield new Answer(
                        InjectionMetrics.Result.INJECTED,
                        patch.isEmpty() ? review.allow(warnings) : review.patch(patch, warnings));
            }
            case Injection.Refused(Refusal refusal) -> {
                LOG.warn("pod={} refused reason=\"{}\"", name(review), refusal.getMessage());
                yield failed(review, String.valueOf(refusal.getMessage()));
            }
        };
    }

    private static Answer failed(AdmissionReview review, String message) {
        return new Answer(InjectionMetrics.Result.FAILED, review.deny(message));
    }

    private static String name(AdmissionReview review) {
        JsonNode metadata = review.object().path("metadata");
        return review.namespace()
                + "/"
                + metadata.path("name").asText(metadata.path("generateName").asText("?"));
    }
}
