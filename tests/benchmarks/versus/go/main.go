// Signs with digitorus/pdfsign or folio for versus.py: one JSON request per line in, one answer per
// line out. Arguments: which of the two, the key and the certificates (PEM). One process for all rounds.
package main

import (
	"bufio"
	"crypto"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os"
	"runtime"
	"syscall"
	"time"

	folio "github.com/carlos7ags/folio/sign"
	"github.com/digitorus/pdfsign/revocation"
	pdfsign "github.com/digitorus/pdfsign/sign"
)

type request struct{ Source, Target string }

func main() {
	which := os.Args[1]
	key, chain := load(os.Args[2], os.Args[3])
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var asked request
		must(json.Unmarshal(lines.Bytes(), &asked))
		runtime.GC()
		begun, used := time.Now(), cpu()
		var err error
		if which == "folio" {
			err = withFolio(asked, key, chain)
		} else {
			err = withPdfsign(asked, key, chain)
		}
		answer := map[string]any{"ms": float64(time.Since(begun).Microseconds()) / 1000, "cpu": cpu() - used}
		if err != nil {
			answer = map[string]any{"error": err.Error()}
		}
		text, err := json.Marshal(answer)
		must(err)
		fmt.Println(string(text))
	}
}

// Milliseconds of processor time of this process.
func cpu() float64 {
	var usage syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e6
}

// Only for documents without an earlier signature: pdfsign looks for its placeholder, a run of zeros,
// from the file's start and takes the padding of an earlier signature for it, if that is long enough.
func withPdfsign(asked request, key crypto.Signer, chain []*x509.Certificate) error {
	return pdfsign.SignFile(asked.Source, asked.Target, pdfsign.SignData{
		Signature: pdfsign.SignDataSignature{
			Info:     pdfsign.SignDataSignatureInfo{Name: "Bench", Date: time.Now()},
			CertType: pdfsign.ApprovalSignature,
		},
		Signer:            key,
		DigestAlgorithm:   crypto.SHA256,
		Certificate:       chain[0],
		CertificateChains: [][]*x509.Certificate{chain},
		// Level B: nothing is asked of the network.
		RevocationFunction: func(_, _ *x509.Certificate, _ *revocation.InfoArchival) error { return nil },
	})
}

func withFolio(asked request, key crypto.Signer, chain []*x509.Certificate) error {
	signer, err := folio.NewLocalSigner(key, chain)
	if err != nil {
		return err
	}
	source, err := os.ReadFile(asked.Source)
	if err != nil {
		return err
	}
	signed, err := folio.SignPDF(source, folio.Options{Signer: signer, Level: folio.LevelBB, Name: "Bench"})
	if err != nil {
		return err
	}
	return os.WriteFile(asked.Target, signed, 0o600)
}

func load(keyFile, chainFile string) (crypto.Signer, []*x509.Certificate) {
	text, err := os.ReadFile(keyFile)
	must(err)
	block, _ := pem.Decode(text)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	must(err)
	text, err = os.ReadFile(chainFile)
	must(err)
	var chain []*x509.Certificate
	for block, text = pem.Decode(text); block != nil; block, text = pem.Decode(text) {
		one, err := x509.ParseCertificate(block.Bytes)
		must(err)
		chain = append(chain, one)
	}
	return key.(crypto.Signer), chain
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
