// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import io.serin.api.contract.DesiredRevision;
import io.serin.kube.read.ClusterReader;
import io.serin.kube.write.TagObjects;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * A tag, or a revision that has none.
 *
 * @param tag empty for a revision without a tag
 * @param previous where the tag pointed to before; empty for nowhere
 * @param installed whether the revision is: pods that ask for a tag without one are refused
 * @param namespaces those whose labels hold this name
 * @param channel how the channel is whose tag it is; empty for none
 */
public record TagState(
        String tag,
        String revision,
        String previous,
        boolean installed,
        List<String> namespaces,
        String channel) {

    /** Tags in the order of their names, then revisions without. Blocks. */
    public static List<TagState> of(ClusterReader reader) {
        return of(MeshView.read(reader));
    }

    static List<TagState> of(MeshView mesh) {
        InjectionWebhooks webhooks = mesh.webhooks();
        SortedMap<String, String> tags = webhooks.tags();
        List<TagState> states = new ArrayList<>();
        tags.forEach((tag, revision) ->
                states.add(
                        new TagState(
                                tag,
                                revision,
                                webhooks.ofTag(tag)
                                        .map(it ->
                                                it.path("metadata")
                                                        .path("annotations")
                                                        .path(TagObjects.PREVIOUS)
                                                        .asText(""))
                                        .orElse(""),
                                webhooks.revisions().contains(revision),
                                naming(mesh, tag),
                                mesh.channels().stream()
                                        .filter(channel -> channel.isOf(tag))
                                        .map(ChannelView::describe)
                                        .findFirst()
                                        .orElse(""))));
        for (String revision : webhooks.revisions()) {
            if (!tags.containsValue(revision)) {
                states.add(new TagState("", revision, "", true, naming(mesh, revision), ""));
            }
        }
        return states;
    }

    /** The namespaces whose labels hold a name. */
    static List<String> naming(MeshView mesh, String name) {
        return mesh.namespaces().entrySet().stream()
                .filter(it -> DesiredRevision.of(it.getValue()).filter(name::equals).isPresent())
                .map(java.util.Map.Entry::getKey)
                .toList();
    }
}
