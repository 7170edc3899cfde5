// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.run;

import io.serin.rollout.fact.ClusterGone;
import io.serin.rollout.plan.Plan.TagBack;
import java.util.Optional;

/** Points tags to where they were, for namespaces that go back and are bound by one. */
public interface TagsBack {

    /**
     * Does it, unless the tag points to a third revision by now; a second time it comes to the
     * same.
     *
     * @return why it could not; then the tag is where it was. Empty when pods that name it get that
     *     revision's sidecar
     * @throws ClusterGone when nobody answers
     */
    Optional<String> point(TagBack tag);
}
