// SPDX-License-Identifier: Apache-2.0
package io.serin.rollout.cluster;

import io.serin.api.signal.Label;
import io.serin.api.signal.Metric;
import io.serin.rollout.fact.RequestCounts;
import java.util.Iterator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A sidecar's metrics, of which the requests are of interest. */
final class MetricsPage {

    private static final Pattern REQUESTS =
            Pattern.compile(
                    Metric.REQUESTS.text()
                            + "\\{.*\\b"
                            + Label.RESPONSE_CODE.text()
                            + "=\"([0-9]+)\".*} ([0-9.eE+]+)");
    private static final int FIRST_SERVER_ERROR = 500;

    private MetricsPage() {}

    static RequestCounts requests(String page) {
        RequestCounts sum = RequestCounts.NONE;
        Iterator<String> lines = page.lines().iterator();
        while (lines.hasNext()) {
            Matcher line = REQUESTS.matcher(lines.next());
            if (line.matches()) {
                long count = (long) Double.parseDouble(line.group(2));
                boolean isFailed = Integer.parseInt(line.group(1)) >= FIRST_SERVER_ERROR;
                sum = sum.plus(new RequestCounts(count, isFailed ? count : 0));
            }
        }
        return sum;
    }
}
