// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import io.serin.api.name.Revision;
import io.serin.api.name.Tag;
import io.serin.rollout.cluster.KubeCluster;
import io.serin.rollout.plan.Plan.TagBack;
import io.serin.rollout.run.TagsBack;
import java.time.Duration;
import java.util.Optional;

/** Has tags go back as {@code serin tag set} moves them. Blocks. */
public final class ReturningTags implements TagsBack {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KubeCluster cluster;
    private final Tags tags;

    /**
     * @param cluster the same, by whose patience all is asked
     */
    public ReturningTags(KubeCluster cluster, Tags tags) {
        this.cluster = cluster;
        this.tags = tags;
    }

    @Override
    public Optional<String> point(TagBack tag) {
        try {
            return cluster.ask(() -> carryOut(tag));
        } catch (CliFault refused) {
            return Optional.of(String.valueOf(refused.getMessage()));
        }
    }

    private Optional<String> carryOut(TagBack tag) {
        Tag named = new Tag(tag.tag());
        // The tag default took the place of a revision of that name, which is there without it.
        TagPlan plan =
                tag.to().equals(tag.tag())
                        ? tags.planRemove(named)
                        : tags.planSet(named, new Revision(tag.to()), true);
        if (!plan.from().equals(tag.from()) && !plan.from().equals(tag.to())) {
            return Optional.of("it points to revision " + plan.from() + " by now");
        }
        tags.carryOut(plan, PATIENCE);
        return Optional.empty();
    }
}
