// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.rehome;

import io.serin.cli.rehome.ControlPlanePage.ConnectedProxy;
import io.serin.kube.type.ObjectName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The proxies of a namespace, and at whose control planes each of them is. */
final class ProxyHomes {

    private final Map<ObjectName, List<Stay>> stays = new TreeMap<>();

    /** One proxy at one replica. */
    record Stay(ControlPlanePage at, ConnectedProxy proxy) {}

    static ProxyHomes of(List<ControlPlanePage> pages, String namespace) {
        ProxyHomes homes = new ProxyHomes();
        for (ControlPlanePage page : pages) {
            for (ConnectedProxy proxy : page.proxies()) {
                if (proxy.pod().namespace().equals(namespace)) {
                    homes.stays
                            .computeIfAbsent(proxy.pod(), _ -> new ArrayList<>())
                            .add(new Stay(page, proxy));
                }
            }
        }
        return homes;
    }

    /** In the order of their names. */
    Set<ObjectName> pods() {
        return stays.keySet();
    }

    /** More than one while it moves. */
    List<Stay> of(ObjectName pod) {
        return stays.getOrDefault(pod, List.of());
    }

    /** Whether it is at this revision's and at nobody else's. */
    boolean isAt(ObjectName pod, String revision) {
        return stays.containsKey(pod)
                && of(pod).stream().allMatch(stay -> stay.at().revision().equals(revision));
    }

    /** Whose control planes these proxies are at. */
    Set<String> revisions() {
        Set<String> revisions = new TreeSet<>();
        stays.values().forEach(all -> all.forEach(stay -> revisions.add(stay.at().revision())));
        return revisions;
    }

    /** Who injected this one; empty where it is not there. */
    String injected(ObjectName pod) {
        return of(pod).isEmpty() ? "" : of(pod).getFirst().proxy().injected();
    }

    /** Why it is not where it should be, in its own words; empty where it has said nothing. */
    String failure(ObjectName pod) {
        return of(pod).stream()
                .map(stay -> stay.proxy().failure())
                .filter(failure -> !failure.isEmpty())
                .findFirst()
                .orElse("");
    }
}
