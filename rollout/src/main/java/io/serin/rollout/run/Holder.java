// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.run;

import java.util.function.Predicate;

/**
 * Who moves namespaces.
 *
 * @param name for people: {@code user@host, process 4711}
 * @param run its alone
 * @param isHeir whether what another one holds may be taken from it at once, since that is known
 *     not to run any more
 */
public record Holder(String name, String run, Predicate<Claim> isHeir) {

    /** One whose name is a duty that one at a time has: who has it now goes on. */
    public static Holder ofDuty(String name, String run) {
        return new Holder(name, run, claim -> claim.holder().equals(name));
    }
}
