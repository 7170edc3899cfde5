// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.webhook;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.function.BiFunction;

/** The HTTP of an admission webhook: what is refused before anybody looks into it. */
public final class WebhookRoute {

    private static final long MAX_BODY = 3 * 1024 * 1024;

    private WebhookRoute() {}

    /**
     * Mounts a webhook at a path and everything below it.
     *
     * @param answer from the body and the rest of the path to the body of a 200; what it throws
     *     becomes a refusal
     */
    public static void mount(
            Router router, String path, BiFunction<String, String, String> answer) {
        BodyHandler body = BodyHandler.create(false).setBodyLimit(MAX_BODY);
        for (String pattern : new String[] {path, path + "/*"}) {
            router.post(pattern).handler(body).handler(ctx -> handle(ctx, path, answer));
        }
    }

    private static void handle(
            RoutingContext ctx, String path, BiFunction<String, String, String> answer) {
        String type = ctx.request().getHeader(HttpHeaders.CONTENT_TYPE);
        String body = ctx.body().asString();
        if (body == null || body.isEmpty()) {
            end(ctx, 400, "no body found");
        } else if (!"application/json".equals(type)) {
            end(ctx, 415, "Content-Type: '" + type + "' (expected: application/json)");
        } else {
            ctx.response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .end(safely(body, ctx.normalizedPath().substring(path.length()), answer));
        }
    }

    private static String safely(
            String body, String rest, BiFunction<String, String, String> answer) {
        try {
            return answer.apply(body, rest);
        } catch (RuntimeException refused) {
            return AdmissionReview.parse(body)
                    .map(review -> review.deny(String.valueOf(refused.getMessage())))
                    .orElseGet(
                            () -> AdmissionReview.denyUnread(String.valueOf(refused.getMessage())));
        }
    }

    private static void end(RoutingContext ctx, int status, String message) {
        ctx.response().setStatusCode(status).end(message);
    }
}
