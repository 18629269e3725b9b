# Redraws the plots of this run for a paper, from the CSV files in this folder. In this folder:
#
#     gnuplot plot.gp                          one PDF file per plot
#     gnuplot -e 'kind="svg"' plot.gp          or png
#
# Needs gnuplot 5.4 or later (Debian: gnuplot-nox). Made by pushlab report.
if (!exists("kind")) kind = "pdf"
if (kind eq "pdf") set terminal pdfcairo noenhanced size 14cm,9cm font ",9"
if (kind eq "png") set terminal pngcairo noenhanced size 1400,900 font ",18"
if (kind eq "svg") set terminal svg noenhanced size 840,540 font ",13"

# Overhead per item, by layer
data = "overhead-by-layer.csv"
reset
set encoding utf8
set datafile separator comma
set datafile columnheaders
set grid
set key outside top center horizontal
set title "Overhead per item, by layer: replay-host, 100 clients"
set ylabel "bytes per item"
set style data histogram
set style histogram rowstacked
set style fill solid 0.8 border -1
set boxwidth 0.7
set xtics rotate by -30
set output "overhead-by-layer-1.".kind
plot data every ::0::2 using (column("envelope_bytes_per_item")):xtic(strcol("label")) lc rgb "#44BB99" title "item envelopes", \
     data every ::0::2 using (column("http_head_bytes_per_item")):xtic(strcol("label")) lc rgb "#EE8866" title "HTTP headers", \
     data every ::0::2 using (column("ws_frame_header_bytes_per_item")):xtic(strcol("label")) lc rgb "#77AADD" title "WebSocket frame headers", \
     data every ::0::2 using (column("ws_mask_bytes_per_item")):xtic(strcol("label")) lc rgb "#99DDFF" title "WebSocket masking keys", \
     data every ::0::2 using (column("ws_control_bytes_per_item")):xtic(strcol("label")) lc rgb "#AAAA00" title "WebSocket control frames", \
     data every ::0::2 using (column("handshake_bytes_per_item")):xtic(strcol("label")) lc rgb "#FFAABB" title "opening handshakes", \
     data every ::0::2 using (column("tcp_ip_bytes_per_item")):xtic(strcol("label")) lc rgb "#BBBBBB" title "TCP/IP headers (estimated)"
unset output

# Overhead per item, by layer
data = "overhead-by-layer.csv"
reset
set encoding utf8
set datafile separator comma
set datafile columnheaders
set grid
set key outside top center horizontal
set title "Overhead per item, by layer: synthetic-poisson-10-per-s-128B, 100 clients"
set ylabel "bytes per item"
set style data histogram
set style histogram rowstacked
set style fill solid 0.8 border -1
set boxwidth 0.7
set xtics rotate by -30
set output "overhead-by-layer-2.".kind
plot data every ::3::5 using (column("envelope_bytes_per_item")):xtic(strcol("label")) lc rgb "#44BB99" title "item envelopes", \
     data every ::3::5 using (column("http_head_bytes_per_item")):xtic(strcol("label")) lc rgb "#EE8866" title "HTTP headers", \
     data every ::3::5 using (column("ws_frame_header_bytes_per_item")):xtic(strcol("label")) lc rgb "#77AADD" title "WebSocket frame headers", \
     data every ::3::5 using (column("ws_mask_bytes_per_item")):xtic(strcol("label")) lc rgb "#99DDFF" title "WebSocket masking keys", \
     data every ::3::5 using (column("ws_control_bytes_per_item")):xtic(strcol("label")) lc rgb "#AAAA00" title "WebSocket control frames", \
     data every ::3::5 using (column("handshake_bytes_per_item")):xtic(strcol("label")) lc rgb "#FFAABB" title "opening handshakes", \
     data every ::3::5 using (column("tcp_ip_bytes_per_item")):xtic(strcol("label")) lc rgb "#BBBBBB" title "TCP/IP headers (estimated)"
unset output

# Delay from due time to arrival
data = "latency.csv"
reset
set encoding utf8
set datafile separator comma
set datafile columnheaders
set grid
set key outside top center horizontal
set title "Delay from due time to arrival: replay-host, 100 clients"
set xlabel "delay (ms)"
set logscale x
set offsets graph 0.03, graph 0.03, 0.5, 0.5
set yrange [] reverse
set output "latency-1.".kind
plot data every ::0::2 using (column("latency_p50_us")/1000):(column(0)):ytic(strcol("label")) with points pt 7 lc rgb "#000000" title "p50", \
     data every ::0::2 using (column("latency_p50_us")/1000):(column(0)):(column("latency_p50_low_us")/1000):(column("latency_p50_high_us")/1000) with xerrorbars pt 7 lc rgb "#000000" notitle, \
     data every ::0::2 using (column("latency_p99_us")/1000):(column(0)) with points pt 12 lc rgb "#000000" title "p99", \
     data every ::0::2 using (column("latency_p99_us")/1000):(column(0)):(column("latency_p99_low_us")/1000):(column("latency_p99_high_us")/1000) with xerrorbars pt 12 lc rgb "#000000" notitle, \
     data every ::0::2 using (column("latency_max_us")/1000):(column(0)) with points pt 6 lc rgb "#000000" title "maximum"
unset output

# Delay from due time to arrival
data = "latency.csv"
reset
set encoding utf8
set datafile separator comma
set datafile columnheaders
set grid
set key outside top center horizontal
set title "Delay from due time to arrival: synthetic-poisson-10-per-s-128B, 100 clients"
set xlabel "delay (ms)"
set logscale x
set offsets graph 0.03, graph 0.03, 0.5, 0.5
set yrange [] reverse
set output "latency-2.".kind
plot data every ::3::5 using (column("latency_p50_us")/1000):(column(0)):ytic(strcol("label")) with points pt 7 lc rgb "#000000" title "p50", \
     data every ::3::5 using (column("latency_p50_us")/1000):(column(0)):(column("latency_p50_low_us")/1000):(column("latency_p50_high_us")/1000) with xerrorbars pt 7 lc rgb "#000000" notitle, \
     data every ::3::5 using (column("latency_p99_us")/1000):(column(0)) with points pt 12 lc rgb "#000000" title "p99", \
     data every ::3::5 using (column("latency_p99_us")/1000):(column(0)):(column("latency_p99_low_us")/1000):(column("latency_p99_high_us")/1000) with xerrorbars pt 12 lc rgb "#000000" notitle, \
     data every ::3::5 using (column("latency_max_us")/1000):(column(0)) with points pt 6 lc rgb "#000000" title "maximum"
unset output

# Delay by percentile
data = "percentiles.csv"
reset
set encoding utf8
set datafile separator comma
set datafile columnheaders
set grid
set key outside top center horizontal
set title "Delay by percentile: replay-host, 100 clients"
set xlabel "one delivery in"
set logscale x
set ylabel "delay (ms)"
set logscale y
set offsets graph 0.03, graph 0.03, 0, 0
rows1(c) = strcol("case_id") eq "replay-host_100-clients_short-poll" ? column(c) : NaN
rows2(c) = strcol("case_id") eq "replay-host_100-clients_long-poll" ? column(c) : NaN
rows3(c) = strcol("case_id") eq "replay-host_100-clients_websocket" ? column(c) : NaN
set output "percentiles-1.".kind
plot data using (rows1("one_in")):(rows1("latency_us")/1000) with linespoints lc rgb "#E69F00" pt 7 dt 1 title "short-poll", \
     data using (rows2("one_in")):(rows2("latency_us")/1000) with linespoints lc rgb "#0072B2" pt 5 dt 1 title "long-poll", \
     data using (rows3("one_in")):(rows3("latency_us")/1000) with linespoints lc rgb "#D55E00" pt 11 dt 1 title "websocket"
unset output

# Delay by percentile
data = "percentiles.csv"
reset
set encoding utf8
set datafile separator comma
set datafile columnheaders
set grid
set key outside top center horizontal
set title "Delay by percentile: synthetic-poisson-10-per-s-128B, 100 clients"
set xlabel "one delivery in"
set logscale x
set ylabel "delay (ms)"
set logscale y
set offsets graph 0.03, graph 0.03, 0, 0
rows1(c) = strcol("case_id") eq "synthetic-poisson-10-per-s-128B_100-clients_short-poll" ? column(c) : NaN
rows2(c) = strcol("case_id") eq "synthetic-poisson-10-per-s-128B_100-clients_long-poll" ? column(c) : NaN
rows3(c) = strcol("case_id") eq "synthetic-poisson-10-per-s-128B_100-clients_websocket" ? column(c) : NaN
set output "percentiles-2.".kind
plot data using (rows1("one_in")):(rows1("latency_us")/1000) with linespoints lc rgb "#E69F00" pt 7 dt 1 title "short-poll", \
     data using (rows2("one_in")):(rows2("latency_us")/1000) with linespoints lc rgb "#0072B2" pt 5 dt 1 title "long-poll", \
     data using (rows3("one_in")):(rows3("latency_us")/1000) with linespoints lc rgb "#D55E00" pt 11 dt 1 title "websocket"
unset output

# Delay over time
data = "timeline.csv"
reset
set encoding utf8
set datafile separator comma
set datafile columnheaders
set grid
set key outside top center horizontal
set title "Delay over time, p50: replay-host, 100 clients"
set xlabel "seconds after the warm-up"
set ylabel "delay (ms)"
set logscale y
set offsets graph 0.03, graph 0.03, 0, 0
rows1(c) = strcol("case_id") eq "replay-host_100-clients_short-poll" ? column(c) : NaN
rows2(c) = strcol("case_id") eq "replay-host_100-clients_long-poll" ? column(c) : NaN
rows3(c) = strcol("case_id") eq "replay-host_100-clients_websocket" ? column(c) : NaN
set output "timeline-1-p50.".kind
plot data using (rows1("second")):(rows1("latency_p50_us")/1000) with linespoints lc rgb "#E69F00" pt 7 dt 1 title "short-poll", \
     data using (rows2("second")):(rows2("latency_p50_us")/1000) with linespoints lc rgb "#0072B2" pt 5 dt 1 title "long-poll", \
     data using (rows3("second")):(rows3("latency_p50_us")/1000) with linespoints lc rgb "#D55E00" pt 11 dt 1 title "websocket"
unset output

# Delay over time
data = "timeline.csv"
reset
set encoding utf8
set datafile separator comma
set datafile columnheaders
set grid
set key outside top center horizontal
set title "Delay over time, p99: replay-host, 100 clients"
set xlabel "seconds after the warm-up"
set ylabel "delay (ms)"
set logscale y
set offsets graph 0.03, graph 0.03, 0, 0
rows1(c) = strcol("case_id") eq "replay-host_100-clients_short-poll" ? column(c) : NaN
rows2(c) = strcol("case_id") eq "replay-host_100-clients_long-poll" ? column(c) : NaN
rows3(c) = strcol("case_id") eq "replay-host_100-clients_websocket" ? column(c) : NaN
set output "timeline-1-p99.".kind
plot data using (rows1("second")):(rows1("latency_p99_us")/1000) with linespoints lc rgb "#E69F00" pt 7 dt 1 title "short-poll", \
     data using (rows2("second")):(rows2("latency_p99_us")/1000) with linespoints lc rgb "#0072B2" pt 5 dt 1 title "long-poll", \
     data using (rows3("second")):(rows3("latency_p99_us")/1000) with linespoints lc rgb "#D55E00" pt 11 dt 1 title "websocket"
unset output

# Delay over time
data = "timeline.csv"
reset
set encoding utf8
set datafile separator comma
set datafile columnheaders
set grid
set key outside top center horizontal
set title "Delay over time, p50: synthetic-poisson-10-per-s-128B, 100 clients"
set xlabel "seconds after the warm-up"
set ylabel "delay (ms)"
set logscale y
set offsets graph 0.03, graph 0.03, 0, 0
rows1(c) = strcol("case_id") eq "synthetic-poisson-10-per-s-128B_100-clients_short-poll" ? column(c) : NaN
rows2(c) = strcol("case_id") eq "synthetic-poisson-10-per-s-128B_100-clients_long-poll" ? column(c) : NaN
rows3(c) = strcol("case_id") eq "synthetic-poisson-10-per-s-128B_100-clients_websocket" ? column(c) : NaN
set output "timeline-2-p50.".kind
plot data using (rows1("second")):(rows1("latency_p50_us")/1000) with linespoints lc rgb "#E69F00" pt 7 dt 1 title "short-poll", \
     data using (rows2("second")):(rows2("latency_p50_us")/1000) with linespoints lc rgb "#0072B2" pt 5 dt 1 title "long-poll", \
     data using (rows3("second")):(rows3("latency_p50_us")/1000) with linespoints lc rgb "#D55E00" pt 11 dt 1 title "websocket"
unset output

# Delay over time
data = "timeline.csv"
reset
set encoding utf8
set datafile separator comma
set datafile columnheaders
set grid
set key outside top center horizontal
set title "Delay over time, p99: synthetic-poisson-10-per-s-128B, 100 clients"
set xlabel "seconds after the warm-up"
set ylabel "delay (ms)"
set logscale y
set offsets graph 0.03, graph 0.03, 0, 0
rows1(c) = strcol("case_id") eq "synthetic-poisson-10-per-s-128B_100-clients_short-poll" ? column(c) : NaN
rows2(c) = strcol("case_id") eq "synthetic-poisson-10-per-s-128B_100-clients_long-poll" ? column(c) : NaN
rows3(c) = strcol("case_id") eq "synthetic-poisson-10-per-s-128B_100-clients_websocket" ? column(c) : NaN
set output "timeline-2-p99.".kind
plot data using (rows1("second")):(rows1("latency_p99_us")/1000) with linespoints lc rgb "#E69F00" pt 7 dt 1 title "short-poll", \
     data using (rows2("second")):(rows2("latency_p99_us")/1000) with linespoints lc rgb "#0072B2" pt 5 dt 1 title "long-poll", \
     data using (rows3("second")):(rows3("latency_p99_us")/1000) with linespoints lc rgb "#D55E00" pt 11 dt 1 title "websocket"
unset output

# TCP payload per item, by direction
data = "bytes-by-direction.csv"
reset
set encoding utf8
set datafile separator comma
set datafile columnheaders
set grid
set key outside top center horizontal
set title "TCP payload per item, by direction: replay-host, 100 clients"
set ylabel "bytes per item"
set style data histogram
set style histogram rowstacked
set style fill solid 0.8 border -1
set boxwidth 0.7
set xtics rotate by -30
set output "bytes-by-direction-1.".kind
plot data every ::0::2 using (column("up_bytes_per_item")):xtic(strcol("label")) lc rgb "#56B4E9" title "up", \
     data every ::0::2 using (column("down_bytes_per_item")):xtic(strcol("label")) lc rgb "#0072B2" title "down"
unset output

# TCP payload per item, by direction
data = "bytes-by-direction.csv"
reset
set encoding utf8
set datafile separator comma
set datafile columnheaders
set grid
set key outside top center horizontal
set title "TCP payload per item, by direction: synthetic-poisson-10-per-s-128B, 100 clients"
set ylabel "bytes per item"
set style data histogram
set style histogram rowstacked
set style fill solid 0.8 border -1
set boxwidth 0.7
set xtics rotate by -30
set output "bytes-by-direction-2.".kind
plot data every ::3::5 using (column("up_bytes_per_item")):xtic(strcol("label")) lc rgb "#56B4E9" title "up", \
     data every ::3::5 using (column("down_bytes_per_item")):xtic(strcol("label")) lc rgb "#0072B2" title "down"
unset output
