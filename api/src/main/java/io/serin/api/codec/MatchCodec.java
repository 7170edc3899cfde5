// SPDX-License-Identifier: Apache-2.0
package io.serin.api.codec;

import io.serin.api.route.HeaderMatch;
import io.serin.api.route.PathMatch;
import io.serin.api.route.RequestMatch;
import io.serin.api.xds.RouteXds;
import java.util.ArrayList;
import java.util.List;

/** {@code envoy.config.route.v3.RouteMatch}. A condition overlooked would match too much. */
final class MatchCodec {

    private MatchCodec() {}

    static RouteXds.RouteMatch encode(RequestMatch match) {
        RouteXds.RouteMatch.Builder xds = RouteXds.RouteMatch.newBuilder();
        switch (match.path()) {
            case PathMatch.Exact(String path) -> xds.setPath(path);
            case PathMatch.Prefix(String path) -> {
                // Envoy's separated prefix can't be "/", which matches by characters just as well.
                if (path.equals("/")) {
                    xds.setPrefix(path);
                } else {
                    xds.setPathSeparatedPrefix(path);
                }
            }
        }
        for (HeaderMatch header : match.headers()) {
            xds.addHeaders(
                    RouteXds.HeaderMatcher.newBuilder()
                            .setName(header.name())
                            .setStringMatch(
                                    RouteXds.StringMatcher.newBuilder().setExact(header.value())));
        }
        return xds.build();
    }

    static RequestMatch decode(String route, RouteXds.RouteMatch xds) throws CodecFault {
        String where = route + ", match";
        Refusal.ifSet(where, "query_parameters", xds.getQueryParametersCount() > 0);
        Refusal.ifSet(where, "grpc", xds.hasGrpc());
        Refusal.ifSet(where, "runtime_fraction", xds.hasRuntimeFraction());
        Refusal.ifSet(where, "tls_context", xds.hasTlsContext());
        Refusal.ifSet(where, "dynamic_metadata", xds.getDynamicMetadataCount() > 0);
        Refusal.ifSet(where, "filter_state", xds.getFilterStateCount() > 0);
        Refusal.ifSet(
                where,
                "case_sensitive",
                xds.hasCaseSensitive() && !xds.getCaseSensitive().getValue());
        List<HeaderMatch> headers = new ArrayList<>();
        for (RouteXds.HeaderMatcher header : xds.getHeadersList()) {
            headers.add(decode(where + ", header '" + header.getName() + "'", header));
        }
        return new RequestMatch(path(where, xds), headers);
    }

    private static PathMatch path(String where, RouteXds.RouteMatch xds) throws CodecFault {
        return switch (xds.getPathSpecifierCase()) {
            case PATH -> new PathMatch.Exact(xds.getPath());
            case PATH_SEPARATED_PREFIX -> new PathMatch.Prefix(xds.getPathSeparatedPrefix());
            case PREFIX -> {
                if (!xds.getPrefix().equals("/")) {
                    throw new CodecFault(
                            where
                                    + ", prefix: '"
                                    + xds.getPrefix()
                                    + "' (expected: '/', or path_separated_prefix)");
                }
                yield new PathMatch.Prefix("/");
            }
            case PATHSPECIFIER_NOT_SET ->
                    throw new CodecFault(
                            where
                                    + ": another path specifier "
                                    + "(expected: path, prefix '/' or path_separated_prefix)");
        };
    }

    private static HeaderMatch decode(String where, RouteXds.HeaderMatcher xds) throws CodecFault {
        Refusal.ifSet(where, "invert_match", xds.getInvertMatch());
        Refusal.ifSet(where, "ignore_case", xds.getStringMatch().getIgnoreCase());
        return switch (xds.getStringMatch().getMatchPatternCase()) {
            case EXACT -> new HeaderMatch(xds.getName(), xds.getStringMatch().getExact());
            case MATCHPATTERN_NOT_SET ->
                    throw new CodecFault(
                            where + ": another matcher (expected: string_match.exact)");
        };
    }
}
