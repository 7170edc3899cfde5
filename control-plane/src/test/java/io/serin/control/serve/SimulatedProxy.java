// SPDX-License-Identifier: Apache-2.0
package io.serin.control.serve;

import com.google.protobuf.InvalidProtocolBufferException;
import io.serin.api.codec.CodecFault;
import io.serin.api.codec.ResourceDecoder;
import io.serin.api.codec.TypeUrl;
import io.serin.api.snapshot.Listener;
import io.serin.api.snapshot.ProxyNode;
import io.serin.api.xds.DeltaDiscoveryRequest;
import io.serin.api.xds.DeltaDiscoveryResponse;
import io.serin.api.xds.Resource;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One of very many proxies: asks for everything, as ours does, takes all that it gets, and tells
 * the test of it. Holds nothing.
 */
final class SimulatedProxy {

    private final ProxyNode node;
    private final BiConsumer<SimulatedProxy, DeltaDiscoveryResponse> observer;
    private Buffer received = Buffer.buffer();
    private @Nullable HttpClientRequest request;

    SimulatedProxy(ProxyNode node, BiConsumer<SimulatedProxy, DeltaDiscoveryResponse> observer) {
        this.node = node;
        this.observer = observer;
    }

    Future<Void> connect(HttpClient client, int port) {
        return client.request(
                        HttpMethod.POST,
                        port,
                        "127.0.0.1",
                        "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources")
                .compose(opened -> {
                    request = opened;
                    opened.putHeader("content-type", "application/grpc");
                    opened.setChunked(true);
                    opened.response().onSuccess(this::read);
                    send(DiscoveryClient.first(node, TypeUrl.CLUSTER));
                    send(DiscoveryClient.more(TypeUrl.LISTENER));
                    return Future.succeededFuture();
                });
    }

    private void read(HttpClientResponse response) {
        response.handler(bytes -> {
            received.appendBuffer(bytes);
            int at = 0;
            while (received.length() >= at + 5
                    && received.length() >= at + 5 + received.getInt(at + 1)) {
                int size = received.getInt(at + 1);
                take(received.getBytes(at + 5, at + 5 + size));
                at += 5 + size;
            }
            received = received.getBuffer(at, received.length());
        });
    }

    private void take(byte[] bytes) {
        try {
            DeltaDiscoveryResponse response = DeltaDiscoveryResponse.parser().parseFrom(bytes);
            observer.accept(this, response);
            send(DiscoveryClient.ack(response));
            TypeUrl type = TypeUrl.of(response.getTypeUrl()).orElseThrow();
            List<String> names = new ArrayList<>();
            for (Resource resource : response.getResourcesList()) {
                if (type == TypeUrl.CLUSTER && resource.getName().startsWith("outbound|")) {
                    names.add(resource.getName());
                } else if (type == TypeUrl.LISTENER
                        && ResourceDecoder.listener(resource.getResource())
                                instanceof
                                Listener.Destination(
                                        _,
                                        _,
                                        Listener.Protocol.Http(String table, _))) {
                    names.add(table);
                }
            }
            if (!names.isEmpty()) {
                send(
                        DiscoveryClient.more(
                                type == TypeUrl.CLUSTER ? TypeUrl.ENDPOINT : TypeUrl.ROUTE,
                                names.toArray(new String[0])));
            }
        } catch (InvalidProtocolBufferException | CodecFault e) {
            throw new IllegalStateException(e);
        }
    }

    private void send(DeltaDiscoveryRequest message) {
        HttpClientRequest opened = request;
        if (opened != null) {
            opened.write(DiscoveryClient.frame(message.toByteArray()));
        }
    }
}
