// Loaded into npm only where Node is older than Vite's bundler asks for (Debian 12 has Node 18). npm silently leaves out
// optional packages whose engine does not fit, and the bundler's binary is one. Here Bun runs it, never Node, so npm is
// told the oldest Node that fits.
Object.defineProperty(process, "version", { value: "v20.19.0" });
