// SPDX-License-Identifier: Apache-2.0
package io.serin.control.audit;

import io.serin.api.name.Revision;
import io.serin.kube.type.KubeWebhook;
import io.serin.kube.type.ObjectName;
import io.serin.kube.watch.Observer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Which revisions and tags there are, by their webhooks. Written by the watches, read from any
 * thread.
 */
public final class InstalledNames {

    private final Revision revision;
    private final Runnable changed;
    private final Map<String, KubeWebhook> injectors = new ConcurrentHashMap<>();

    /**
     * @param changed is told of every change, on the watches' thread
     */
    public InstalledNames(Revision revision, Runnable changed) {
        this.revision = revision;
        this.changed = changed;
    }

    /** For the injection webhooks of all revisions and tags. */
    public Observer<KubeWebhook> injectors() {
        return new Observer<>() {
            @Override
            public void put(KubeWebhook webhook) {
                injectors.put(webhook.configuration(), webhook);
                changed.run();
            }

            @Override
            public void remove(ObjectName name) {
                injectors.remove(name.name());
                changed.run();
            }
        };
    }

    /** The tags that point to this revision now. */
    public Set<String> ourTags() {
        return injectors.values().stream()
                .filter(webhook -> webhook.revision().equals(revision.value()))
                .map(KubeWebhook::tag)
                .filter(tag -> !tag.isEmpty())
                .collect(Collectors.toSet());
    }

    /** What there is now. */
    Names names() {
        Set<String> names =
                injectors.values().stream()
                        .filter(webhook -> webhook.tag().isEmpty())
                        .map(KubeWebhook::revision)
                        .collect(Collectors.toSet());
        Set<String> revisions = Set.copyOf(names);
        Map<String, String> dangling = new HashMap<>();
        for (KubeWebhook webhook : injectors.values()) {
            if (!webhook.tag().isEmpty()) {
                if (revisions.contains(webhook.revision())) {
                    names.add(webhook.tag());
                } else {
                    dangling.put(webhook.tag(), webhook.revision());
                }
            }
        }
        return new Names(names, dangling);
    }
}
