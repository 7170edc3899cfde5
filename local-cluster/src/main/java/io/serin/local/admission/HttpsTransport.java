// SPDX-License-Identifier: Apache-2.0
package io.serin.local.admission;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Base64;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Calls webhooks over HTTPS: of a Service as {@code NAME.NAMESPACE.svc} at one of its endpoints, or
 * at a URL. Any thread that may block.
 */
public final class HttpsTransport implements WebhookTransport {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client;
    private final ServiceAddresses services;

    public HttpsTransport(Vertx vertx, ServiceAddresses services) {
        this.client =
                vertx.createHttpClient(
                        new HttpClientOptions().setKeepAliveTimeout(30).setVerifyHost(true));
        this.services = services;
    }

    private record Answer(int code, Buffer body) {}

    @Override
    public JsonNode call(JsonNode clientConfig, int timeoutSeconds, ObjectNode review)
            throws WebhookFailure {
        URI url = url(clientConfig, timeoutSeconds);
        String failed = "failed to call webhook: Post \"" + url + "\": ";
        RequestOptions options = options(clientConfig, url, failed, timeoutSeconds);
        Future<Answer> answer =
                client.request(options)
                        .compose(request -> request.send(Buffer.buffer(review.toString())))
                        .compose(HttpsTransport::read);
        try {
            Answer got =
                    answer.toCompletionStage()
                            .toCompletableFuture()
                            .get(timeoutSeconds, TimeUnit.SECONDS);
            if (got.code() < 200 || got.code() > 206) {
                throw new WebhookFailure("failed to call webhook: " + refusal(got));
            }
            return JSON.readTree(got.body().getBytes());
        } catch (TimeoutException e) {
            throw new WebhookFailure(failed + "context deadline exceeded");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String why = String.valueOf(cause.getMessage());
            throw new WebhookFailure(
                    failed + (why.contains("timeout") ? "context deadline exceeded" : why));
        } catch (JsonProcessingException e) {
            throw new WebhookFailure(
                    "received invalid webhook response: not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new WebhookFailure(failed + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WebhookFailure(failed + "the API server is being stopped");
        }
    }

    /** In the words of Kubernetes' client. */
    private static String refusal(Answer answer) {
        String body = answer.body().toString().strip();
        return switch (answer.code()) {
            case 400 -> "the server rejected our request for an unknown reason";
            case 401 -> "the server has asked for the client to provide credentials";
            case 404 -> "the server could not find the requested resource";
            case 503 ->
                    body.isEmpty() ? "the server is currently unable to handle the request" : body;
            default ->
                    answer.code() >= 500
                            ? "an error on the server (\""
                                    + body
                                    + "\") has prevented the request from succeeding"
                            : "the server responded with the status code "
                                    + answer.code()
                                    + " but did not return more information";
        };
    }

    private static Future<Answer> read(HttpClientResponse response) {
        return response.body().map(body -> new Answer(response.statusCode(), body));
    }

    private RequestOptions options(
            JsonNode clientConfig, URI url, String failed, int timeoutSeconds)
            throws WebhookFailure {
        RequestOptions options =
                new RequestOptions()
                        .setMethod(HttpMethod.POST)
                        .setSsl(true)
                        .setHost(url.getHost())
                        .setPort(url.getPort() < 0 ? 443 : url.getPort())
                        .setURI(
                                url.getRawPath()
                                        + (url.getRawQuery() == null
                                                ? ""
                                                : "?" + url.getRawQuery()))
                        .setConnectTimeout(TimeUnit.SECONDS.toMillis(timeoutSeconds))
                        .setTimeout(TimeUnit.SECONDS.toMillis(timeoutSeconds))
                        .putHeader("Content-Type", "application/json")
                        .putHeader("Accept", "application/json");
        String authority = clientConfig.path("caBundle").asText("");
        if (!authority.isEmpty()) {
            options.setSslOptions(
                    new ClientSSLOptions()
                            .setHostnameVerificationAlgorithm("HTTPS")
                            .setTrustOptions(
                                    new PemTrustOptions()
                                            .addCertValue(
                                                    Buffer.buffer(
                                                            Base64.getDecoder()
                                                                    .decode(authority)))));
        }
        JsonNode service = clientConfig.path("service");
        if (service.isObject()) {
            try {
                InetSocketAddress endpoint =
                        services.endpoint(
                                service.path("namespace").asText(),
                                service.path("name").asText(),
                                service.path("port").asInt(443));
                options.setServer(
                        SocketAddress.inetSocketAddress(
                                endpoint.getPort(), endpoint.getAddress().getHostAddress()));
            } catch (IOException e) {
                throw new WebhookFailure(failed + e.getMessage());
            }
        }
        return options;
    }

    private static URI url(JsonNode clientConfig, int timeoutSeconds) {
        JsonNode service = clientConfig.path("service");
        String base =
                service.isObject()
                        ? "https://"
                                + service.path("name").asText()
                                + "."
                                + service.path("namespace").asText()
                                + ".svc:"
                                + service.path("port").asInt(443)
                                + slashed(service.path("path").asText(""))
                        : clientConfig.path("url").asText();
        return URI.create(
                base + (base.contains("?") ? "&" : "?") + "timeout=" + timeoutSeconds + "s");
    }

    private static String slashed(String path) {
        return path.isEmpty() || path.startsWith("/") ? path : "/" + path;
    }
}
