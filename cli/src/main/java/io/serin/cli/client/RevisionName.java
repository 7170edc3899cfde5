// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import io.serin.api.contract.Channel;
import io.serin.api.name.Revision;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What a revision may be called, for other objects are named after it. */
public final class RevisionName {

    /** The longest name whose Service's is a DNS label too. */
    static final int LONGEST = 56;

    /**
     * How none begins: nobody could tell whether Service {@code istiod-revision-tag-prod} is of
     * revision {@code revision-tag-prod} or of tag {@code prod}.
     */
    static final String OF_TAGS = "revision-tag-";

    private RevisionName() {}

    /**
     * Before anything is written that is named after it. The tags of channels are kept for these: a
     * channel can't set its tag where a revision has the name.
     *
     * @throws CliFault when its objects' names would be refused, or are those of tags
     */
    public static void check(Revision revision) {
        if (revision.value().length() > LONGEST) {
            throw CliFault.usage(
                    "--revision "
                            + revision
                            + ": "
                            + revision.value().length()
                            + " characters (expected: at most "
                            + LONGEST
                            + ", for Service istiod-NAME)",
                    "");
        }
        if (Channel.ofTag(revision.value()).isPresent()) {
            throw CliFault.usage(
                    "--revision "
                            + revision
                            + ": a channel's tag (expected: none of "
                            + Arrays.stream(Channel.values())
                                    .map(channel -> channel.tag().value())
                                    .collect(Collectors.joining(", "))
                            + ")",
                    "give it a name of its own, and its channel by --set channel=NAME");
        }
        if (revision.value().startsWith(OF_TAGS)) {
            throw CliFault.usage(
                    "--revision "
                            + revision
                            + ": its Service would have a tag's name (expected: a name that does"
                            + " not begin with "
                            + OF_TAGS
                            + ")",
                    "");
        }
    }
}
