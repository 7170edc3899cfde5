// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ApiFault;
import io.serin.local.forward.Sent;
import io.serin.local.resource.Faults;
import io.serin.local.verb.Call;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * One request and its answer. Handlers run on a virtual thread of their own and may block; what
 * they answer goes out on the connection's event loop.
 */
final class Exchange {

    static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServerRequest request;
    private final Context context;
    private final Buffer body;
    private final ObjectNode user;
    private Optional<Call> call = Optional.empty();

    Exchange(HttpServerRequest request, Context context, Buffer body, ObjectNode user) {
        this.request = request;
        this.context = context;
        this.body = body;
        this.user = user;
    }

    String method() {
        return request.method().name();
    }

    String path() {
        String path = request.path();
        return path == null ? "/" : path;
    }

    String query() {
        return request.query() == null ? "" : request.query();
    }

    ObjectNode user() {
        return user;
    }

    Buffer rawBody() {
        return body;
    }

    HttpServerRequest request() {
        return request;
    }

    Context context() {
        return context;
    }

    /** Empty when it is not there or empty. */
    Optional<String> parameter(String name) {
        return Optional.ofNullable(request.getParam(name)).filter(value -> !value.isEmpty());
    }

    List<String> parameters(String name) {
        return request.params().getAll(name);
    }

    boolean flag(String name) {
        return parameter(name)
                .map(value -> value.equals("true") || value.equals("1"))
                .orElse(false);
    }

    String header(String name) {
        String value = request.getHeader(name);
        return value == null ? "" : value;
    }

    /** Without parameters, in lower case. */
    String contentType() {
        String type = header("Content-Type");
        int end = type.indexOf(';');
        return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    /** Who asks and how, from the query: the same at each call. */
    Call call() {
        return call.orElseGet(() -> {
            Call made = makeCall();
            call = Optional.of(made);
            return made;
        });
    }

    private Call makeCall() {
        List<String> dryRun = parameters("dryRun");
        if (dryRun.stream().anyMatch(value -> !value.equals("All"))) {
            throw Faults.badRequest("dryRun: " + dryRun + " (expected: All)");
        }
        return new Call(user, manager(), !dryRun.isEmpty(), strictness());
    }

    private String manager() {
        return parameter("fieldManager")
                .orElseGet(() -> {
                    String agent = header("User-Agent");
                    int end = agent.indexOf('/');
                    String program = end < 0 ? agent : agent.substring(0, end);
                    return program.isEmpty() ? "unknown" : program;
                });
    }

    private Call.Strictness strictness() {
        String stated = parameter("fieldValidation").orElse("Warn");
        return switch (stated) {
            case "Ignore" -> Call.Strictness.IGNORE;
            case "Warn" -> Call.Strictness.WARN;
            case "Strict" -> Call.Strictness.STRICT;
            default ->
                    throw Faults.badRequest(
                            "fieldValidation: " + stated + " (expected: Ignore, Warn or Strict)");
        };
    }

    boolean hasBody() {
        return body.length() > 0;
    }

    /** The body, which has to be an object, in JSON or YAML. */
    ObjectNode object() {
        if (read() instanceof ObjectNode object) {
            return object;
        }
        throw Faults.badRequest("the body is not an object");
    }

    JsonNode read() {
        String type = contentType();
        if (type.equals(Protobuf.TYPE)) {
            return Protobuf.read(body.getBytes());
        }
        if (type.contains("cbor")) {
            throw ApiFault.of(
                    415,
                    "UnsupportedMediaType",
                    "the body of the request was in an unknown format - accepted media types"
                            + " include: application/json, application/yaml, "
                            + Protobuf.TYPE);
        }
        byte[] bytes = body.getBytes();
        try {
            return JSON.readTree(bytes);
        } catch (JsonProcessingException notJson) {
            if (!type.contains("yaml")) {
                throw Faults.badRequest("the body can't be read: " + notJson.getOriginalMessage());
            }
            return yaml();
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private JsonNode yaml() {
        try {
            Object loaded =
                    new Yaml(new SafeConstructor(new LoaderOptions())).load(body.toString());
            return JSON.valueToTree(loaded);
        } catch (YAMLException e) {
            throw Faults.badRequest("the body can't be read: " + e.getMessage());
        }
    }

    void answer(int code, JsonNode object) {
        answer(code, "application/json", object, List.of());
    }

    void answer(int code, JsonNode object, Call call) {
        answer(code, "application/json", object, call.warnings());
    }

    void answer(int code, String type, JsonNode object, List<String> warnings) {
        Buffer bytes;
        try {
            bytes = Buffer.buffer(JSON.writeValueAsBytes(object));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
        send(code, type, bytes, warnings);
    }

    void text(int code, String text) {
        send(code, "text/plain; charset=utf-8", Buffer.buffer(text), List.of());
    }

    void empty(int code, String type) {
        send(code, type, Buffer.buffer(), List.of());
    }

    void fault(ApiFault fault) {
        // A refusal brings the warnings of who was asked before it.
        List<String> warnings = call.map(Call::warnings).orElse(List.of());
        answer(fault.code(), "application/json", fault.status(), warnings);
    }

    private void send(int code, String type, Buffer bytes, List<String> warnings) {
        context.runOnContext(run -> {
            HttpServerResponse response = request.response();
            if (response.headWritten() || response.closed()) {
                return;
            }
            response.setStatusCode(code);
            response.putHeader("Content-Type", type);
            response.putHeader("Cache-Control", "no-cache, private");
            if (!warnings.isEmpty()) {
                List<String> values = new ArrayList<>();
                warnings.forEach(warning -> values.add("299 - " + quote(warning)));
                response.putHeader("Warning", values);
            }
            response.end(bytes);
        });
    }

    private static String quote(String text) {
        return "\""
                + text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("[\\r\\n]+", " ")
                + "\"";
    }

    /** Begins an answer whose length is not known. */
    void begin(int code, String type) throws IOException {
        await(response -> {
            response.setStatusCode(code);
            response.setChunked(true);
            response.putHeader("Content-Type", type);
            return response.writeHead();
        });
    }

    /** Writes a part of it; returns when it is on its way. */
    void write(Buffer part) throws IOException {
        await(response -> response.write(part));
    }

    void end() throws IOException {
        await(HttpServerResponse::end);
    }

    private void await(
            java.util.function.Function<HttpServerResponse, io.vertx.core.Future<Void>> action)
            throws IOException {
        Promise<Void> done = Promise.promise();
        context.runOnContext(run -> {
            HttpServerResponse response = request.response();
            if (response.closed() || response.ended()) {
                done.fail("the client has gone");
            } else {
                action.apply(response).onComplete(done);
            }
        });
        Sent.await(done.future());
    }
}
