// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.channel;

import io.serin.api.name.Revision;
import java.util.Map;

/**
 * The objects that a channel is made of. All operations throw {@link
 * io.serin.rollout.fact.ClusterGone} when nobody answers; those that write come to the same when
 * they are done twice, but for what is told.
 */
public interface ChannelObjects {

    /**
     * The channel's ConfigMap.
     *
     * @param data empty where there is none yet
     */
    record Held(Map<String, String> data, Map<String, String> annotations) {
        public Held {
            data = Map.copyOf(data);
            annotations = Map.copyOf(annotations);
        }
    }

    Held read();

    void write(Map<String, String> data);

    /** What keeps a pod that names this revision from getting its sidecar; empty for nothing. */
    String missing(Revision revision);

    /** The same for a pod that names the channel's tag. */
    String missingByTag(Revision revision);

    /**
     * Points the tag to a revision, for those who are made from now on.
     *
     * @param previous where it is said to have pointed before; empty for nowhere
     */
    void point(Revision revision, String previous);

    /** Points the tag's discovery address there, and who looks at routes that name the tag. */
    void serve(Revision revision);

    /** Says it as an event of the channel's object. */
    void tell(boolean isWarning, String reason, String message);

    /** Says it as an event of a namespace. */
    void tell(String namespace, boolean isWarning, String reason, String message);
}
