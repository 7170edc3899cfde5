// SPDX-License-Identifier: Apache-2.0
import java.nio.file.Files;
import java.nio.file.Path;

/** Draws docs/overview.svg: java docs/Overview.java. */
final class Overview {

    private static final StringBuilder SVG = new StringBuilder();

    private Overview() {}

    public static void main(String[] arguments) throws Exception {
        SVG.append(
                """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 840 400" role="img" font-family="sans-serif">
                  <title>Serin: two revisions side by side</title>
                  <style>
                    .ground { fill: #ffffff } .old { stroke: #2f6db3 } .new { stroke: #c77d12 }
                    .box { fill: #f6f7f9; stroke-width: 2 } .plain { stroke: #8a93a0 }
                    .line { fill: none; stroke-width: 2 } text { fill: #1f2733; font-size: 15px }
                    .small { font-size: 12px; fill: #55606e }
                    @media (prefers-color-scheme: dark) {
                      .ground { fill: #12161c } .box { fill: #1d232c } text { fill: #e8ecf1 } .small { fill: #a5b0be }
                    }
                  </style>
                  <rect class="ground" width="840" height="400" rx="8"/>
                """);
        revision("old", 40, "1-0");
        revision("new", 440, "1-1");
        pod("old", 40, "web", "istio.io/rev=1-0");
        pod("old", 240, "reviews v1", "istio.io/rev=1-0");
        pod("new", 440, "reviews v2", "istio.io/rev=1-1");
        pod("new", 640, "client", "istio.io/rev=1-1");
        arrow("old", "M 120 130 V 228", "xDS");
        arrow("old", "M 320 130 V 228", "");
        arrow("new", "M 520 130 V 228", "xDS");
        arrow("new", "M 720 130 V 228", "");
        line("plain", "M 200 280 H 240");
        line("plain", "M 400 280 H 440");
        line("plain", "M 600 280 H 640");
        text(40, 370, "small", "Moving a workload: change its label, restart it. Moving back: the same.");
        SVG.append("</svg>\n");
        Files.writeString(Path.of("docs/overview.svg"), SVG);
    }

    private static void revision(String style, int x, String name) {
        box(style, x, 40, 360, 90);
        text(x + 20, 70, "", "istiod-" + name);
        text(x + 20, 92, "small", "webhook istio-sidecar-injector-" + name);
        text(x + 20, 112, "small", "watches Services, endpoints, HTTPRoutes");
    }

    private static void pod(String style, int x, String name, String label) {
        box(style, x, 230, 160, 100);
        text(x + 16, 256, "", name);
        text(x + 16, 276, "small", label);
        box(style, x + 16, 288, 128, 28);
        text(x + 26, 307, "small", "istio-proxy (sidecar)");
    }

    private static void box(String style, int x, int y, int width, int height) {
        SVG.append(
                "  <rect class=\"box %s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\"/>%n"
                        .formatted(style, x, y, width, height));
    }

    private static void arrow(String style, String path, String label) {
        line(style, path);
        String[] at = path.split(" ");
        int x = Integer.parseInt(at[1]);
        int y = Integer.parseInt(at[4]);
        line(style, "M %d %d L %d %d L %d %d".formatted(x - 5, y - 8, x, y, x + 5, y - 8));
        if (!label.isEmpty()) {
            text(x + 8, 185, "small", label);
        }
    }

    private static void line(String style, String path) {
        SVG.append("  <path class=\"line %s\" d=\"%s\"/>%n".formatted(style, path));
    }

    private static void text(int x, int y, String style, String text) {
        SVG.append("  <text class=\"%s\" x=\"%d\" y=\"%d\">%s</text>%n".formatted(style, x, y, text));
    }
}
