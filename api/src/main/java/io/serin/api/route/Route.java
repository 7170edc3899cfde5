// SPDX-License-Identifier: Apache-2.0
package io.serin.api.route;

/**
 * What is done with the requests that match.
 *
 * @param name the object it comes from, e.g. {@code shop/reviews/rule-0}; for people
 */
public record Route(String name, RequestMatch match, RouteAction action) {}
