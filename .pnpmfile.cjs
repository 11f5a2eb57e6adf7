// The Kafka client wants Node 22.22, and so does the package that uses it. All others are built and tested on Node 20 as well:
// there the client is installed, and not loaded.
const onOlderNodeToo = new Set(["@platformatic/kafka", "@platformatic/wasm-utils", "@platformatic/dynamic-buffer"]);

module.exports = {
  hooks: {
    readPackage(manifest) {
      if (onOlderNodeToo.has(manifest.name)) delete manifest.engines;
      return manifest;
    },
  },
};
