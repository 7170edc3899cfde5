// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.api.contract.Channel;
import io.serin.api.contract.Labels;
import io.serin.api.contract.Objects;
import io.serin.api.name.Revision;
import io.serin.kube.Kube;
import io.serin.kube.read.ClusterReader;
import io.serin.kube.read.Texts;
import io.serin.kube.type.ObjectName;
import io.serin.kube.write.Events;
import io.serin.kube.write.Events.About;
import io.serin.kube.write.TagObjects;
import io.serin.kube.write.ValidatorObjects;
import io.serin.rollout.channel.ChannelObjects;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A channel's objects by the API server. Blocks; one thread. */
public final class KubeChannel implements ChannelObjects {

    private static final String ADMISSION = "admissionregistration.k8s.io/v1";

    private final KubeCluster cluster;
    private final Channel channel;
    private final ObjectName name;
    private final ClusterReader reader;
    private final io.serin.kube.write.Objects objects;
    private final Events events;

    /**
     * @param cluster the same, by whose patience all is asked
     */
    public KubeChannel(Kube kube, KubeCluster cluster, Channel channel, InstantSource clock) {
        this.cluster = cluster;
        this.channel = channel;
        this.name = new ObjectName(Objects.SYSTEM_NAMESPACE, Objects.channel(channel));
        this.reader = new ClusterReader(kube);
        this.objects = new io.serin.kube.write.Objects(kube);
        this.events = new Events(kube, clock);
    }

    private Optional<JsonNode> object() {
        return cluster.ask(() -> reader.configMap(name));
    }

    @Override
    public Held read() {
        return object().map(held ->
                        new Held(
                                Texts.of(held.path("data")),
                                Texts.of(held.path("metadata").path("annotations"))))
                .orElse(new Held(Map.of(), Map.of()));
    }

    @Override
    public void write(Map<String, String> data) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", "v1").put("kind", "ConfigMap");
        ObjectNode metadata = object.putObject("metadata");
        metadata.put("name", name.name()).put("namespace", name.namespace());
        labels(channel).forEach(metadata.putObject("labels")::put);
        ObjectNode fields = object.putObject("data");
        data.forEach(fields::put);
        cluster.tell(() -> objects.apply(object));
    }

    /** Of what a channel has beside its tag, and goes with that. */
    public static Map<String, String> labels(Channel channel) {
        return new TreeMap<>(
                Map.of(
                        Labels.APP,
                        Labels.APP_CHANNEL,
                        Labels.TAG,
                        channel.tag().value(),
                        Labels.CHANNEL,
                        channel.value(),
                        Labels.MANAGED_BY,
                        Labels.SERIN));
    }

    @Override
    public String missing(Revision revision) {
        return cluster.ask(() -> new InjectionProbe(reader, objects).missing(revision));
    }

    @Override
    public String missingByTag(Revision revision) {
        return cluster.ask(
                () -> new InjectionProbe(reader, objects).missing(channel.tag().value(), revision));
    }

    @Override
    public void point(Revision revision, String previous) {
        injector(revision)
                .ifPresent(injector ->
                        cluster.tell(() ->
                                objects.apply(
                                        TagObjects.webhooks(
                                                channel.tag(),
                                                revision,
                                                injector,
                                                previous,
                                                false))));
    }

    private Optional<JsonNode> injector(Revision revision) {
        return configuration("MutatingWebhookConfiguration", Objects.injector(revision));
    }

    private Optional<JsonNode> configuration(String kind, String name) {
        return cluster.ask(() -> reader.object(ADMISSION, kind, new ObjectName("", name)));
    }

    @Override
    public void serve(Revision revision) {
        injector(revision)
                .flatMap(injector -> cluster.ask(() -> reader.called(injector)))
                .ifPresent(service ->
                        cluster.tell(() ->
                                objects.apply(
                                        TagObjects.service(channel.tag(), revision, service))));
        configuration("ValidatingWebhookConfiguration", Objects.validator(revision))
                .ifPresent(own ->
                        cluster.tell(() ->
                                objects.apply(
                                        ValidatorObjects.ofTag(channel.tag(), revision, own))));
    }

    @Override
    public void tell(boolean isWarning, String reason, String message) {
        String uid = object().map(held -> held.at("/metadata/uid").asText("")).orElse("");
        tell(new About("ConfigMap", name, uid), isWarning, reason, message);
    }

    @Override
    public void tell(String namespace, boolean isWarning, String reason, String message) {
        tell(About.namespace(namespace, ""), isWarning, reason, message);
    }

    private void tell(About about, boolean isWarning, String reason, String message) {
        cluster.tell(() ->
                events.tell(
                        about,
                        isWarning ? Events.Type.WARNING : Events.Type.NORMAL,
                        reason,
                        message));
    }
}
