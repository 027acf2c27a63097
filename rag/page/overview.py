def overview_html(report): return "<p>overview</p>"
