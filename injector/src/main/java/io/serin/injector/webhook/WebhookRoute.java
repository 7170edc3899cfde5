// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.webhook;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP of an admission webhook: what is refused before anybody looks into it, and that every
 * call is answered. Answers are made on worker threads: the first ones load classes, and a pod may
 * be as large as {@value #MOST_BYTES} bytes.
 */
public final class WebhookRoute {

    private static final Logger LOG = LoggerFactory.getLogger(WebhookRoute.class);

    /** What the API server itself takes for a request. */
    private static final long MOST_BYTES = 3 * 1024 * 1024;

    private WebhookRoute() {}

    /**
     * Mounts a webhook at a path and everything below it.
     *
     * @param answer from the body and the rest of the path to the body of a 200; called on several
     *     threads at once. What it throws becomes a refusal
     * @param refused told of each call that is refused without asking for an answer
     */
    public static void mount(
            Router router,
            String path,
            BiFunction<String, String, String> answer,
            Runnable refused) {
        BodyHandler body = BodyHandler.create(false).setBodyLimit(MOST_BYTES);
        for (String pattern : new String[] {path, path + "/*"}) {
            router.route(pattern)
                    .handler(body)
                    .handler(ctx -> handle(ctx, path, answer, refused))
                    .failureHandler(ctx -> {
                        refused.run();
                        unreadable(ctx);
                    });
        }
    }

    private static void handle(
            RoutingContext ctx,
            String path,
            BiFunction<String, String, String> answer,
            Runnable refused) {
        String type = ctx.request().getHeader(HttpHeaders.CONTENT_TYPE);
        String body = ctx.body().asString();
        if (body == null || body.isEmpty()) {
            refused.run();
            end(ctx, 400, "no body found (expected: an AdmissionReview as application/json)");
        } else if (!"application/json".equals(type)) {
            refused.run();
            end(ctx, 415, "Content-Type: '" + type + "' (expected: application/json)");
        } else {
            String rest = ctx.normalizedPath().substring(path.length());
            ctx.vertx()
                    .executeBlocking(() -> safely(body, rest, answer), false)
                    .onComplete(
                            text ->
                                    ctx.response()
                                            .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                                            .end(text)
                                            .onFailure(WebhookRoute::gone),
                            ctx::fail);
        }
    }

    private static String safely(
            String body, String rest, BiFunction<String, String, String> answer) {
        try {
            return answer.apply(body, rest);
        } catch (RuntimeException bug) {
            LOG.error("webhook failed", bug);
            return AdmissionReview.parse(body)
                    .map(review -> review.deny("the webhook failed: " + bug))
                    .orElseGet(() -> AdmissionReview.denyUnread("the webhook failed: " + bug));
        }
    }

    private static void unreadable(RoutingContext ctx) {
        if (ctx.statusCode() == 413) {
            end(
                    ctx,
                    400,
                    "body: more than " + MOST_BYTES + " bytes (expected: one AdmissionReview)");
        } else if (ctx.statusCode() >= 400 && ctx.statusCode() < 500) {
            end(ctx, 400, "body: can't be read (expected: an AdmissionReview as application/json)");
        } else {
            LOG.error("webhook failed", ctx.failure());
            end(ctx, 500, "the webhook failed");
        }
    }

    private static void end(RoutingContext ctx, int status, String message) {
        if (!ctx.response().ended()) {
            ctx.response().setStatusCode(status).end(message + "\n").onFailure(WebhookRoute::gone);
        }
    }

    /** Who asked has hung up; the API server will say so, to whom it concerns. */
    private static void gone(Throwable reason) {
        LOG.debug("webhook answer not taken reason=\"{}\"", reason.getMessage());
    }
}
