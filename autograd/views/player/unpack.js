// Unpacks the scripts, which the page holds compressed so that notebooks stay small, and runs them.
// Deflate by its canonical Huffman codes: RFC 1951, 3.2.2 to 3.2.7. At once, as no browser's own does.
// What was damaged on its way ends with an error, where there are no more bytes or there is no such code.

(() => {
  const bytes = new DataView(Uint8Array.from(atob("$packed"), (sign) => sign.charCodeAt(0)).buffer);
  const unpacked = [];
  let place = 0;
  let held = 0;
  let count = 0;
  const bits = (wanted) => {
    for (; count < wanted; count += 8) held |= bytes.getUint8(place++) << count;
    const number = held & ((1 << wanted) - 1);
    held >>>= wanted;
    count -= wanted;
    return number;
  };

  // A code is known by how long each symbol's is: shorter ones first, then in the order of symbols.
  const codeOf = (lengths) => {
    const counts = Array(16).fill(0);
    for (const length of lengths) if (length) counts[length] += 1;
    const used = [...lengths.keys()].filter((symbol) => lengths[symbol]);
    return { counts, symbols: used.sort((a, b) => lengths[a] - lengths[b]) }; // which keeps their order
  };
  const decoded = ({ counts, symbols }) => {
    let [code, first, index] = [0, 0, 0];
    for (let length = 1; length < counts.length; length += 1) {
      code |= bits(1);
      if (code - first < counts[length]) return symbols[index + code - first];
      index += counts[length];
      first = 2 * (first + counts[length]);
      code *= 2;
    }
    throw new RangeError("no such code");
  };

  // Lengths from 3 and distances from 1: some symbols are followed by bits that are added.
  const bases = (extra, start) => {
    let base = start;
    return extra.map((more) => [(base += 1 << more) - (1 << more), more]);
  };
  const extraBits = (symbols, each) => Array.from({ length: symbols }, (_, i) => Math.max(0, Math.floor(i / each) - 1));
  const lengthBases = [...bases(extraBits(28, 4), 3), [258, 0]];
  const distanceBases = bases(extraBits(30, 2), 1);
  const added = ([base, more]) => base + bits(more);

  const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
  const codes = () => {
    const [literals, distances, used] = [bits(5) + 257, bits(5) + 1, bits(4) + 4];
    const own = [];
    for (const symbol of ORDER.slice(0, used)) own[symbol] = bits(3);
    const code = codeOf(own);
    const lengths = [];
    while (lengths.length < literals + distances) {
      const symbol = decoded(code);
      if (symbol < 16) lengths.push(symbol);
      else if (symbol === 16) lengths.push(...Array(3 + bits(2)).fill(lengths.at(-1)));
      else lengths.push(...Array(symbol === 17 ? 3 + bits(3) : 11 + bits(7)).fill(0));
    }
    return [codeOf(lengths.slice(0, literals)), codeOf(lengths.slice(literals))];
  };

  for (let last = 0; !last; ) {
    last = bits(1);
    bits(2); // the kind of block: Python writes the second one for texts of this size
    const [literals, distances] = codes();
    for (let symbol = decoded(literals); symbol !== 256; symbol = decoded(literals)) {
      if (symbol < 256) unpacked.push(symbol);
      else {
        const length = added(lengthBases[symbol - 257]);
        const distance = added(distanceBases[decoded(distances)]);
        for (let i = 0; i < length; i += 1) unpacked.push(unpacked[unpacked.length - distance]);
      }
    }
  }
  const script = document.createElement("script");
  script.textContent = new TextDecoder().decode(new Uint8Array(unpacked));
  document.currentScript.after(script);
  script.remove();
})();
