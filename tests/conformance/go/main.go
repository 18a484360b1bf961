// Judges what ringwall publishes by what others wrote: golang.org/x/mod/sumdb, the
// code behind Go's checksum database. Nothing here was translated from ringwall.
//
//	sumdbcheck tiles DIR VKEY [WITNESS-VKEY ...]
//	sumdbcheck proof FILE VKEY [LEAF-FILE]
//
// The first reads a C2SP tlog-tiles folder: its checkpoint, every tile and every entry
// bundle. The second reads a C2SP tlog-proof file; without LEAF-FILE the entry is the
// extra data in it. Prints one line; exits with 1 if anything is wrong.
//
// It is built in GOPATH mode against Debian's golang-golang-x-mod-dev.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height = 8
	width  = 1 << height
)

func main() {
	verdict, err := run(os.Args[1:])
	if err != nil {
		fmt.Println("FAIL:", err)
		os.Exit(1)
	}
	fmt.Println("OK:", verdict)
}

func run(args []string) (string, error) {
	switch {
	case len(args) >= 3 && args[0] == "tiles":
		return checkFolder(args[1], args[2], args[3:])
	case (len(args) == 3 || len(args) == 4) && args[0] == "proof":
		return checkProof(args[1], args[2], args[3:])
	}
	return "", errors.New("usage: sumdbcheck tiles DIR VKEY [WITNESS-VKEY ...] | proof FILE VKEY [LEAF-FILE]")
}

// openHead verifies the note and reads the three lines of its checkpoint.
func openHead(data []byte, vkey string, witnesses []string) (tlog.Tree, error) {
	var tree tlog.Tree
	log, err := note.NewVerifier(vkey)
	if err != nil {
		return tree, err
	}
	known := []note.Verifier{log}
	for _, text := range witnesses {
		w, err := newCosigner(text)
		if err != nil {
			return tree, err
		}
		known = append(known, w)
	}
	opened, err := note.Open(data, note.VerifierList(known...))
	if err != nil {
		return tree, err
	}
	if len(opened.Sigs) != len(known) {
		return tree, fmt.Errorf("%d of %d keys signed", len(opened.Sigs), len(known))
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != log.Name() {
		return tree, errors.New("the note is not the checkpoint of this log")
	}
	tree.N, err = strconv.ParseInt(lines[1], 10, 64)
	if err != nil || strconv.FormatInt(tree.N, 10) != lines[1] || tree.N < 0 {
		return tree, errors.New("the size is not a plain number")
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, err
}

// A cosigner verifies signatures of type 4, which x/mod does not know.
type cosigner struct {
	name   string
	hash   uint32
	public ed25519.PublicKey
}

func newCosigner(vkey string) (*cosigner, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, errors.New("a witness key has three parts")
	}
	data, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil {
		return nil, err
	}
	if len(data) != 1+ed25519.PublicKeySize || data[0] != 4 {
		return nil, errors.New("not an Ed25519 witness key")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), data...))
	c := &cosigner{parts[0], binary.BigEndian.Uint32(sum[:]), data[1:]}
	if fmt.Sprintf("%08x", c.hash) != parts[1] {
		return nil, errors.New("the hash of a witness key is wrong")
	}
	return c, nil
}

func (c *cosigner) Name() string    { return c.name }
func (c *cosigner) KeyHash() uint32 { return c.hash }

func (c *cosigner) Verify(text, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	head := fmt.Sprintf("cosignature/v1\ntime %d\n", binary.BigEndian.Uint64(sig))
	return ed25519.Verify(c.public, append([]byte(head), text...), sig[8:])
}

// place writes the C2SP path of a tile or a bundle below the folder of its level.
func place(n int64, w int) string {
	path := fmt.Sprintf("%03d", n%1000)
	for n /= 1000; n > 0; n /= 1000 {
		path = fmt.Sprintf("x%03d/%s", n%1000, path)
	}
	if w < width {
		path += fmt.Sprintf(".p/%d", w)
	}
	return path
}

// A folder reads tiles and remembers which; tlog proves each against the root.
type folder struct {
	dir  string
	read map[string]bool
}

func (f *folder) Height() int                      { return height }
func (f *folder) SaveTiles([]tlog.Tile, [][]byte)  {}
func (f *folder) file(path string) ([]byte, error) { return os.ReadFile(filepath.Join(f.dir, path)) }
func hashesPath(t tlog.Tile) string                { return fmt.Sprintf("tile/%d/%s", t.L, place(t.N, t.W)) }
func (f *folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	all := make([][]byte, len(tiles))
	for i, t := range tiles {
		path := hashesPath(t)
		data, err := f.file(path)
		if err != nil {
			return nil, err
		}
		if len(data) != t.W*tlog.HashSize {
			return nil, fmt.Errorf("%s has %d bytes", path, len(data))
		}
		all[i] = data
		f.read[path] = true
	}
	return all, nil
}

func checkFolder(dir, vkey string, witnesses []string) (string, error) {
	f := &folder{dir, map[string]bool{}}
	data, err := f.file("checkpoint")
	if err != nil {
		return "", err
	}
	tree, err := openHead(data, vkey, witnesses)
	if err != nil {
		return "", err
	}
	proven := tlog.TileHashReader(tree, f)
	root, err := tlog.TreeHash(tree.N, proven)
	if err != nil {
		return "", err
	}
	if root != tree.Hash {
		return "", errors.New("the tiles do not have the signed root")
	}
	for first := int64(0); first < tree.N; first += width {
		if err := checkBundle(f, proven, first, tree.N); err != nil {
			return "", err
		}
	}
	level := 0
	for count := tree.N; count > 0; count /= width {
		for first := int64(0); first < count; first += width {
			t := tlog.Tile{H: height, L: level, N: first / width, W: least(width, count-first)}
			if !f.read[hashesPath(t)] {
				return "", fmt.Errorf("%s was not needed for any proof", hashesPath(t))
			}
		}
		level++
	}
	return fmt.Sprintf("%d entries and %d tiles under the signed root", tree.N, len(f.read)), nil
}

func least(a int, b int64) int {
	if b < int64(a) {
		return int(b)
	}
	return a
}

// checkBundle compares each entry from first on with its proven leaf hash.
func checkBundle(f *folder, proven tlog.HashReader, first, size int64) error {
	count := least(width, size-first)
	path := "tile/entries/" + place(first/width, count)
	rest, err := f.file(path)
	if err != nil {
		return err
	}
	at := make([]int64, count)
	for i := range at {
		at[i] = tlog.StoredHashIndex(0, first+int64(i))
	}
	leaves, err := proven.ReadHashes(at)
	if err != nil {
		return err
	}
	for i, leaf := range leaves {
		if len(rest) < 2 || len(rest)-2 < int(binary.BigEndian.Uint16(rest)) {
			return fmt.Errorf("%s ends too early", path)
		}
		end := 2 + int(binary.BigEndian.Uint16(rest))
		if tlog.RecordHash(rest[2:end]) != leaf {
			return fmt.Errorf("entry %d does not match its leaf hash", first+int64(i))
		}
		rest = rest[end:]
	}
	if len(rest) > 0 {
		return fmt.Errorf("%s holds more than its entries", path)
	}
	return nil
}

func checkProof(file, vkey string, leafFile []string) (string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	head, signed, found := bytes.Cut(data, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if !found || lines[0] != "c2sp.org/tlog-proof@v1" {
		return "", errors.New("not a tlog-proof")
	}
	lines = lines[1:]
	var entry []byte
	if len(lines) > 0 && strings.HasPrefix(lines[0], "extra ") {
		if entry, err = base64.StdEncoding.Strict().DecodeString(lines[0][6:]); err != nil {
			return "", err
		}
		lines = lines[1:]
	}
	if len(leafFile) == 1 {
		if entry, err = os.ReadFile(leafFile[0]); err != nil {
			return "", err
		}
	}
	if len(lines) == 0 || !strings.HasPrefix(lines[0], "index ") {
		return "", errors.New("no index")
	}
	index, err := strconv.ParseInt(lines[0][6:], 10, 64)
	if err != nil {
		return "", err
	}
	var proof tlog.RecordProof
	for _, line := range lines[1:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return "", err
		}
		proof = append(proof, hash)
	}
	tree, err := openHead(signed, vkey, nil)
	if err != nil {
		return "", err
	}
	if index < 0 || index >= tree.N {
		return "", errors.New("the index is beyond the tree")
	}
	if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)); err != nil {
		return "", err
	}
	return fmt.Sprintf("entry %d of %d under the signed root", index, tree.N), nil
}
