package ladder

import (
	"context"
	"image"
	"image/color"
	"image/png"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// artifactsVar names a folder in which pictures of the drawings are kept.
const artifactsVar = "LEARNNET_ARTIFACTS"

// browserCap is how long a busy machine may take to show one page.
const browserCap = 60 * time.Second

// The hosts' colours on white paper, as in the templates.
var clientColour, serverColour = color.RGBA{0x00, 0x5f, 0x87, 0xff}, color.RGBA{0x8a, 0x20, 0x80, 0xff}

func TestABrowserShowsTheDrawings(t *testing.T) {
	browser := chromium(t)
	events := recorded(t, "calls")
	for form := range forms {
		t.Run(form, func(t *testing.T) {
			dir := t.TempDir()
			page, picture := filepath.Join(dir, "calls."+form), filepath.Join(dir, "calls-"+form+".png")
			drawing := written(t, form, Options{Title: "Sockets", Names: addresses}, events...)
			require.NoError(t, os.WriteFile(page, []byte(drawing), 0o600))

			ctx, cancel := context.WithTimeout(t.Context(), browserCap)
			defer cancel()
			address := url.URL{Scheme: "file", Path: filepath.ToSlash(page)}
			cmd := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
				"--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
				"--user-data-dir="+t.TempDir(), "--screenshot="+picture, "--window-size=1000,900", address.String())
			cmd.WaitDelay = time.Second // it may leave processes that hold its output
			out, err := cmd.CombinedOutput()
			require.NoError(t, err, "%s", out)

			data, err := os.ReadFile(picture)
			require.NoError(t, err, "%s", out)
			if dir := os.Getenv(artifactsVar); dir != "" {
				require.NoError(t, os.MkdirAll(dir, 0o755))
				require.NoError(t, os.WriteFile(filepath.Join(dir, filepath.Base(picture)), data, 0o644))
			}
			file, err := os.Open(picture)
			require.NoError(t, err)
			defer file.Close()
			shown, err := png.Decode(file)
			require.NoError(t, err)
			assert.Equal(t, image.Pt(1000, 900), shown.Bounds().Size())
			// A browser's own page, blank or with an error, has neither.
			assert.True(t, hasColour(shown, clientColour), "no arrow of the client is to be seen")
			assert.True(t, hasColour(shown, serverColour), "no arrow of the server is to be seen")
		})
	}
}

// chromium is the browser, under any of its names.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "google-chrome", "chromium-browser"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("neither chromium nor google-chrome is installed: no browser to open the drawings in")
	return ""
}

func hasColour(i image.Image, c color.RGBA) bool {
	r := i.Bounds()
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if color.RGBAModel.Convert(i.At(x, y)) == c {
				return true
			}
		}
	}
	return false
}
