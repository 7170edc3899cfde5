// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.redirect;

import io.serin.api.name.Revision;
import java.util.Optional;

/**
 * What a command line asks for.
 *
 * @param settings what is to be redirected
 * @param applies whether the rules are to be set; else somebody else is to set them
 * @param proves whether a connection has to show that they are there
 * @param revision whose node agent is to set them; empty where nobody says
 */
record RedirectOrder(
        RedirectSettings settings, boolean applies, boolean proves, Optional<Revision> revision) {}
