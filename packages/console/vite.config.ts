import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2022",
    // The policy of the server's pages knows no inline code, and old browsers' polyfill is some.
    modulePreload: false,
    assetsInlineLimit: 0,
    emptyOutDir: true,
    license: { fileName: "licenses.md" },
    rolldownOptions: {
      input: { page: "index.html", element: "src/element.ts" },
      output: {
        // Platforms name this file in their own pages, so its name stays the same.
        entryFileNames: (chunk) => (chunk.name === "element" ? "element.js" : "assets/[name]-[hash].js"),
        chunkFileNames: "assets/[name]-[hash].js",
      },
    },
  },
});
