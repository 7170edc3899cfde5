// SPDX-License-Identifier: Apache-2.0
package io.serin.control.serve;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.serin.api.codec.CodecFault;
import io.serin.api.codec.NodeCodec;
import io.serin.api.codec.TypeUrl;
import io.serin.api.contract.Objects;
import io.serin.api.discovery.ServerEvent;
import io.serin.api.discovery.ServerSnapshot;
import io.serin.api.discovery.ServerStream;
import io.serin.api.snapshot.Protocol;
import io.serin.api.snapshot.ProxyNode;
import io.serin.control.serve.ProxyStatus.TypeStatus;
import io.serin.control.snapshot.Snapshots;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServerRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One proxy's stream: between the bytes of gRPC and the state machine that knows what to say.
 *
 * <p>Owned by the verticle's event loop.
 */
final class AdsCall<Q extends MessageLite, R extends MessageLite> implements Outbox.Sender {

    private static final Logger LOG = LoggerFactory.getLogger(AdsCall.class);

    /** How long a client may leave a response in our hands before it is taken for gone. */
    private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(30);

    /** How long routes wait for a client to ask for the endpoints of new clusters. */
    private static final Duration ENDPOINTS_WAIT = Duration.ofMillis(250);

    private final long id;
    private final Vertx vertx;
    private final AdsDesk desk;
    private final AdsProtocol<Q, R> protocol;
    private final GrpcServerRequest<Buffer, Buffer> request;
    private final ServerStream<Q, R> stream;

    private boolean open = true;
    private Optional<Bearer.Known> bearer = Optional.empty();
    private @Nullable ProxyNode node;
    private Instant connectedSince = Instant.EPOCH;
    private final Map<TypeUrl, TypeStatus> types = new EnumMap<>(TypeUrl.class);
    private Optional<ProxyStatus.Nack> lastNack = Optional.empty();
    private Optional<ProxyStatus.Nack> stays = Optional.empty();

    /** Bytes that the socket has yet to take. */
    private int writing;

    private long writeTimer = -1;
    private boolean waiting;

    AdsCall(
            long id,
            Vertx vertx,
            AdsDesk desk,
            AdsProtocol<Q, R> protocol,
            GrpcServerRequest<Buffer, Buffer> request) {
        this.id = id;
        this.vertx = vertx;
        this.desk = desk;
        this.protocol = protocol;
        this.request = request;
        this.stream = protocol.stream(desk.settings().instance(), Long.toHexString(id) + "-");
    }

    /** Serves whoever asks. */
    void start() {
        Optional<String> refusal = Encoding.refusal(request);
        if (refusal.isPresent()) {
            end(GrpcStatus.UNIMPLEMENTED, refusal.get());
            return;
        }
        request.handler(this::receive);
        request.endHandler(_ -> end(GrpcStatus.OK, ""));
        request.exceptionHandler(fault -> close("connection lost: " + fault.getMessage()));
        request.errorHandler(error -> close("stream reset: " + error));
        request.response().exceptionHandler(fault -> close("write failed: " + fault.getMessage()));
    }

    /**
     * Serves who proves to be the proxy that it says it is, by a token.
     *
     * @param bearers whose a token is
     */
    void start(Function<String, Future<Bearer>> bearers) {
        start();
        request.pause();
        var _ = Admission.of(request, bearers).onSuccess(this::admit);
    }

    private void admit(Admission found) {
        switch (found) {
            case Admission.Admitted(Bearer.Known known) -> {
                bearer = Optional.of(known);
                request.resume();
            }
            case Admission.Refused(GrpcStatus status, String reason) -> refuse(status, reason);
        }
    }

    private void receive(Buffer bytes) {
        if (!open) {
            return;
        }
        try {
            read(bytes);
        } catch (RuntimeException e) {
            // Only a bug gets here. It ends this stream, and no other.
            LOG.error("proxy={} request not understood: {}", name(), e.toString(), e);
            end(GrpcStatus.INTERNAL, "request not understood");
        }
    }

    private void read(Buffer bytes) {
        Q message;
        try {
            message = protocol.parser().parseFrom(bytes.getBytes());
        } catch (InvalidProtocolBufferException e) {
            refuse(GrpcStatus.INVALID_ARGUMENT, "not a discovery request: " + e.getMessage());
            return;
        }
        if (node == null && !identify(message)) {
            return;
        }
        switch (stream.receive(message)) {
            case ServerEvent.Subscribed _, ServerEvent.Stale _ -> {}
            case ServerEvent.Acked acked -> acked(acked);
            case ServerEvent.Nacked nacked -> nacked(nacked);
            case ServerEvent.UnknownType(String url, boolean first) -> {
                if (first) {
                    LOG.info("proxy={} asks for unknown type={}, which gets no answer", node, url);
                }
            }
            case ServerEvent.TooManyNames(TypeUrl type, int names) -> {
                refuse(
                        GrpcStatus.RESOURCE_EXHAUSTED,
                        names + " names of " + type + " (expected: far fewer)");
                return;
            }
        }
        desk.outbox().push(this);
        show();
    }

    /**
     * Who it is, from its first message. A proxy of another revision is a guest where its namespace
     * wants it here; else it is told where to go.
     */
    private boolean identify(Q message) {
        ProxyNode told;
        try {
            told = NodeCodec.decode(protocol.node(message));
        } catch (CodecFault e) {
            refuse(GrpcStatus.INVALID_ARGUMENT, String.valueOf(e.getMessage()));
            return false;
        }
        if (bearer.filter(it -> !it.is(told.id())).isPresent()) {
            refuse(
                    GrpcStatus.PERMISSION_DENIED,
                    "proxy " + told.id() + " shows the token of " + bearer.get());
            return false;
        }
        boolean guest = !told.revision().equals(desk.settings().revision());
        Optional<Snapshots> latest = desk.publisher().latest();
        if (guest && latest.isEmpty()) {
            refuse(GrpcStatus.UNAVAILABLE, "it is not known yet who belongs here");
            return false;
        }
        if (guest
                && !latest.orElseThrow().home(told).revision().equals(desk.settings().revision())) {
            desk.metrics().revisionMismatch();
            refuse(
                    GrpcStatus.FAILED_PRECONDITION,
                    "proxy "
                            + told.id()
                            + " is of revision "
                            + told.revision()
                            + ", this control plane is of revision "
                            + desk.settings().revision()
                            + " (expected: discovery address "
                            + Objects.discoveryHost(told.revision())
                            + ")");
            return false;
        }
        if (guest && !Protocol.OWN.speaks(told.protocol())) {
            refuse(
                    GrpcStatus.FAILED_PRECONDITION,
                    "proxy "
                            + told.id()
                            + " speaks protocol "
                            + told.protocol()
                            + " (expected: "
                            + Protocol.OWN
                            + "); restart its pod to move it");
            return false;
        }
        node = told;
        connectedSince = desk.proxies().now();
        desk.joined(this);
        LOG.info(
                "proxy={} connected, injected_by={} mode={} version={}",
                told.id(),
                told.revision(),
                protocol.mode(),
                told.version());
        return true;
    }

    private void acked(ServerEvent.Acked acked) {
        if (acked.type() == TypeUrl.HOME) {
            stays = Optional.empty();
        }
        types.compute(
                acked.type(),
                (_, status) ->
                        (status == null ? TypeStatus.NOTHING : status)
                                .acked(acked.offer().version(), desk.proxies().now()));
    }

    private void nacked(ServerEvent.Nacked nacked) {
        if (nacked.type() == TypeUrl.HOME) {
            stays = Optional.of(nack(nacked));
            LOG.warn("proxy={} stays here: {}", name(), nacked.message());
            return;
        }
        desk.metrics().rejected();
        lastNack = Optional.of(nack(nacked));
        LOG.warn(
                "proxy={} refused type={} version={}: {}",
                name(),
                nacked.type(),
                nacked.version(),
                nacked.message());
    }

    private ProxyStatus.Nack nack(ServerEvent.Nacked nacked) {
        return new ProxyStatus.Nack(nacked.type(), nacked.message(), desk.proxies().now());
    }

    /** Sends what there is to send; called whenever that may have changed. */
    @Override
    public void push() {
        try {
            send();
        } catch (RuntimeException e) {
            // Only a bug gets here. It ends this stream; the others are still to be pushed to.
            LOG.error("proxy={} not served: {}", name(), e.toString(), e);
            reset("not served");
        }
    }

    private void send() {
        ProxyNode proxy = node;
        Optional<Snapshots> latest = desk.publisher().latest();
        if (!open || proxy == null || latest.isEmpty()) {
            return;
        }
        long began = desk.publisher().nanos();
        ServerSnapshot snapshot = latest.get().of(proxy);
        List<R> responses = stream.next(snapshot);
        responses.forEach(this::write);
        long now = desk.publisher().nanos();
        if (!responses.isEmpty()) {
            desk.metrics().pushed(Duration.ofNanos(now - began));
            show();
        }
        if (stream.isSettled(snapshot)) {
            desk.propagation().took(id, latest.get(), now);
        }
        if (stream.isWaiting() && !waiting) {
            waiting = true;
            vertx.setTimer(
                    ENDPOINTS_WAIT.toMillis(),
                    _ -> {
                        waiting = false;
                        stream.stopWaiting();
                        desk.outbox().push(this);
                    });
        }
    }

    private void write(R response) {
        if (!open) {
            return;
        }
        TypeUrl type = protocol.type(response);
        byte[] bytes = response.toByteArray();
        String version = stream.subscription(type).sentVersion();
        types.compute(
                type,
                (_, status) ->
                        (status == null ? TypeStatus.NOTHING : status)
                                .sent(version, desk.proxies().now()));
        desk.metrics().sent(type, bytes.length);
        if (writing == 0) {
            writeTimer = vertx.setTimer(WRITE_TIMEOUT.toMillis(), _ -> reset("does not read"));
        }
        writing += bytes.length;
        desk.outbox().in(bytes.length);
        request.response().write(Buffer.buffer(bytes)).onComplete(_ -> written(bytes.length));
    }

    private void written(int bytes) {
        // Once closed, all was given back; what was still queued may never complete.
        if (open) {
            writing -= bytes;
            if (writing == 0) {
                vertx.cancelTimer(writeTimer);
            }
            desk.outbox().out(bytes);
        }
    }

    /** Ends it kindly, so that the proxy looks for another replica at once. */
    void shutdown() {
        end(GrpcStatus.UNAVAILABLE, desk.settings().instance() + " is shutting down");
    }

    private void refuse(GrpcStatus status, String message) {
        LOG.warn("proxy={} turned away, status={}: {}", name(), status, message);
        end(status, message);
    }

    private void reset(String reason) {
        if (open) {
            request.response().cancel();
            close(reason);
        }
    }

    private void end(GrpcStatus status, String message) {
        if (open) {
            close("ended with " + status);
            request.response().status(status).statusMessage(message).end();
        }
    }

    private void close(String reason) {
        if (!open) {
            return;
        }
        open = false;
        vertx.cancelTimer(writeTimer);
        desk.left(this, writing);
        if (node != null) {
            LOG.info("proxy={} disconnected: {}", name(), reason);
        }
    }

    long id() {
        return id;
    }

    private String name() {
        return node == null
                ? "unknown at " + request.connection().remoteAddress()
                : node.id().toString();
    }

    private void show() {
        ProxyNode proxy = node;
        if (open && proxy != null) {
            desk.proxies()
                    .put(
                            id,
                            new ProxyStatus(
                                    proxy,
                                    connectedSince,
                                    protocol.mode(),
                                    types,
                                    lastNack,
                                    stays));
        }
    }
}
