// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.admin;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.serin.proxy.admin.Page.Answer;
import io.serin.proxy.admin.Page.Visit;
import io.serin.proxy.application.AppAnswer;
import io.serin.proxy.application.Application;
import io.serin.proxy.settings.AppMetrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The proxy's metrics and the application's on one page, for there is one annotation of a pod that
 * says where Prometheus finds its page. In the format that the application answers in. Without its
 * page, whatever is wrong with it, the proxy's own are still there.
 */
final class MergedMetrics {

    private static final Logger LOG = Logger.getLogger("metrics");

    static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS =
            "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private static final String SCRAPES = "istio_agent_scrapes_total";
    private static final String FAILURES = "istio_agent_scrape_failures_total";

    /** Pages are held whole until it is known that they are; a sidecar has little memory. */
    private static final int MOST_BYTES = 4 << 20;

    private static final int MOST_AT_ONCE = 2;

    private static final Duration MOST_TIME = Duration.ofSeconds(10);

    /** Where Prometheus says how long it waits. */
    private static final String TIMEOUT = "X-Prometheus-Scrape-Timeout-Seconds";

    private final List<MetricSource> own;
    private final AppMetrics page;
    private final Application application;
    private final AtomicLong scrapes = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicInteger underWay = new AtomicInteger();
    private final Complaints complaints = new Complaints(LOG, "scrape failed path=");

    /**
     * Merges.
     *
     * @param own the proxy's; none that an application may have under the same name
     */
    MergedMetrics(List<MetricSource> own, AppMetrics page, Application application) {
        this.own = List.copyOf(own);
        this.page = page;
        this.application = application;
    }

    CompletableFuture<Answer> answer(Visit visit) throws IOException {
        // First, since the proxy's own wait for its event loops, and what follows runs on one.
        StringBuilder text = new StringBuilder();
        for (MetricSource source : own) {
            source.write(text);
        }
        return scrape(visit.headers())
                .handle((theirs, failure) -> {
                    count(failure);
                    return merge(text, theirs);
                });
    }

    private void count(@Nullable Throwable failure) {
        scrapes.incrementAndGet();
        if (failure == null) {
            complaints.fine(page.path());
        } else {
            failures.incrementAndGet();
            complaints.about(page.path(), Complaints.cause(failure));
        }
    }

    private CompletableFuture<AppAnswer> scrape(HttpHeaders asked) {
        if (underWay.incrementAndGet() > MOST_AT_ONCE) {
            underWay.decrementAndGet();
            return CompletableFuture.failedFuture(
                    new IOException("more than " + MOST_AT_ONCE + " scrapes at once"));
        }
        return application
                .metrics(page, headers(asked), MOST_BYTES, timeout(asked.get(TIMEOUT, "")))
                .whenComplete((_, _) -> underWay.decrementAndGet())
                .thenCompose(MergedMetrics::checked);
    }

    /** A page of another kind would spoil the whole. */
    private static CompletableFuture<AppAnswer> checked(AppAnswer answer) {
        String type = mediaType(answer.type());
        if (answer.status() == 200
                && (type.isEmpty() || type.equals("text/plain") || isOpenMetrics(type))) {
            return CompletableFuture.completedFuture(answer);
        }
        answer.body().release();
        return CompletableFuture.failedFuture(
                new IOException(
                        "status "
                                + answer.status()
                                + ", type '"
                                + answer.type()
                                + "' (expected: 200, text/plain or application/openmetrics-text)"));
    }

    private Answer merge(StringBuilder text, @Nullable AppAnswer theirs) {
        writeCounts(text);
        if (theirs == null) {
            return new Answer(200, TEXT, text.toString());
        }
        boolean open = isOpenMetrics(mediaType(theirs.type()));
        String head = open ? openMetrics(text.toString()) : text.toString();
        // Theirs is last: OpenMetrics ends with "# EOF".
        return new Answer(
                200,
                open ? OPEN_METRICS : TEXT,
                Unpooled.wrappedBuffer(
                        Unpooled.wrappedBuffer(head.getBytes(StandardCharsets.UTF_8)),
                        theirs.body()));
    }

    private void writeCounts(StringBuilder text) {
        MetricText ours = new MetricText(text);
        try {
            ours.family(SCRAPES, "counter", "Scrapes of the application's page of metrics.");
            ours.sample(SCRAPES, scrapes.get());
            ours.family(FAILURES, "counter", "Those that failed.");
            ours.sample(FAILURES, "type", "application", failures.get());
        } catch (IOException e) {
            throw new UncheckedIOException("a StringBuilder takes everything", e);
        }
    }

    /**
     * OpenMetrics calls a counter's family by its name without the {@code _total} of its samples.
     */
    static String openMetrics(String text) {
        return text.replaceAll("(?m)^(# (?:HELP|TYPE) \\S+)_total ", "$1 ");
    }

    private static HttpHeaders headers(HttpHeaders asked) {
        HttpHeaders headers = new DefaultHttpHeaders();
        for (String name : List.of("User-Agent", TIMEOUT)) {
            String value = asked.get(name);
            if (value != null) {
                headers.set(name, value);
            }
        }
        // Prometheus would rather have protocol buffers, which can't be merged with text.
        boolean open =
                asked.get(HttpHeaderNames.ACCEPT, "").contains("application/openmetrics-text");
        return headers.set(
                HttpHeaderNames.ACCEPT,
                (open ? "application/openmetrics-text;version=1.0.0," : "")
                        + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1");
    }

    /** A little less than the scraper's, so that it hears of the rest. */
    private static Duration timeout(String seconds) {
        return seconds.matches("[0-9]{1,6}(\\.[0-9]{1,9})?")
                ? Duration.ofMillis(
                        Math.min(MOST_TIME.toMillis(), (long) (900 * Double.parseDouble(seconds))))
                : MOST_TIME;
    }

    private static String mediaType(String contentType) {
        return contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    private static boolean isOpenMetrics(String mediaType) {
        return mediaType.equals("application/openmetrics-text");
    }
}
