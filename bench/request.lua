-- A request with nine headers, as applications in a mesh send them.
wrk.headers["User-Agent"] = "bench/1.0"
wrk.headers["Accept"] = "application/json, text/plain;q=0.9, */*;q=0.8"
wrk.headers["Accept-Language"] = "en-GB,en;q=0.7"
wrk.headers["X-Request-Id"] = "7a85f2f6-6b0e-4f3e-9a53-0d2c6ad3a0f1"
wrk.headers["Traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
wrk.headers["Authorization"] = "Bearer 0123456789abcdef0123456789abcdef"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["X-Forwarded-For"] = "10.1.2.3"
